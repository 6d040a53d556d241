using System.Security.Cryptography;

namespace VirtTools.Appliance;

/// <summary>Decides which package files an appliance is made of and has them on disk.</summary>
internal sealed class PackageFetch(string workFolder, string packagesFolder, IProgress<BuildProgress>? progress)
{
    private const double ListsDone = 0.05;
    private const double DownloadDone = 0.4;

    /// <summary>The package files, all of them in the folder of packages, sorted by name.</summary>
    /// <exception cref="ApplianceException">The archive cannot be reached, or no longer has what a locked build asks for.</exception>
    public IReadOnlyList<IndexedPackage> Fetch(BuildRequest request, CancellationToken cancellationToken)
    {
        progress?.Report(new("reading package lists", 0));
        var repository = new AptRepository($"{workFolder}/apt", packagesFolder, request.Mirror, cancellationToken);
        repository.Update(cancellationToken);
        progress?.Report(new("reading package lists", ListsDone));
        var packages = request.Locked is { } manifest ? FindLocked(repository, manifest, cancellationToken) : FindNewest(repository, cancellationToken);
        Download(repository, packages, cancellationToken);
        return packages;
    }

    private static List<IndexedPackage> FindNewest(AptRepository repository, CancellationToken cancellationToken) =>
        [.. repository.Resolve([ApplianceRecipe.KernelPackage, .. ApplianceRecipe.Packages], cancellationToken)
            .Where(package => !ApplianceRecipe.IsDropped(package.Name))];

    // Packages that are still in the cache need not be in the archive any more; their hashes come from the manifest either way.
    private List<IndexedPackage> FindLocked(AptRepository repository, ApplianceManifest manifest, CancellationToken cancellationToken)
    {
        List<IndexedPackage> found = [];
        List<string> gone = [];
        foreach (var package in manifest.Packages)
        {
            var file = $"{package.Name}_{package.Version.Replace(":", "%3a", StringComparison.Ordinal)}_{package.Architecture}.deb";
            var cached = new IndexedPackage(package.Name, package.Version, file, 0, package.Sha256);
            if (HasFile(cached))
            {
                found.Add(cached);
            }
            else if (TryFind(repository, package, cancellationToken) is { } listed)
            {
                found.Add(listed);
            }
            else
            {
                gone.Add($"{package.Name} {package.Version}");
            }
        }

        return gone.Count == 0
            ? found
            : throw new ApplianceException(
                $"the archive no longer has these packages of the manifest: {string.Join(", ", gone)}; "
                + "give --mirror an archive that keeps old versions, such as one of snapshot.debian.org");
    }

    private static IndexedPackage? TryFind(AptRepository repository, ManifestPackage package, CancellationToken cancellationToken)
    {
        IReadOnlyList<IndexedPackage> listed;
        try
        {
            listed = repository.Find([$"{package.Name}={package.Version}"], cancellationToken);
        }
        catch (ApplianceException)
        {
            return null;
        }

        return listed is [var only] && only.Sha256 == package.Sha256 ? only : null;
    }

    private void Download(AptRepository repository, IReadOnlyList<IndexedPackage> packages, CancellationToken cancellationToken)
    {
        List<IndexedPackage> missing = [.. packages.Where(package => !HasFile(package))];
        var total = Math.Max(1, missing.Sum(package => package.Size));
        using (new Timer(_ => Report(missing, total), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(200)))
        {
            repository.Download(missing, cancellationToken);
        }

        foreach (var package in missing.Where(package => !HasFile(package)))
        {
            throw new ApplianceException($"{package.FileName}: the file that was fetched is not the one in the signed index");
        }
    }

    // apt writes each file under its final name or with an addition in its own folder; what has arrived is counted, not asked for.
    private void Report(List<IndexedPackage> missing, long total)
    {
        var there = missing.Sum(package => new FileInfo($"{packagesFolder}/{package.FileName}") is { Exists: true } file ? file.Length : 0);
        progress?.Report(new("downloading packages", ListsDone + ((DownloadDone - ListsDone) * there / total)));
    }

    private bool HasFile(IndexedPackage package)
    {
        var path = $"{packagesFolder}/{package.FileName}";
        if (!File.Exists(path))
        {
            return false;
        }

        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream)) == package.Sha256;
    }
}
