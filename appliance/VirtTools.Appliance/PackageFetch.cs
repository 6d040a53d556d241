using System.Security.Cryptography;

namespace VirtTools.Appliance;

/// <summary>Decides which package files an appliance is made of and has them on disk.</summary>
internal sealed class PackageFetch(string workFolder, string packagesFolder, IProgress<BuildProgress>? progress)
{
    /// <summary>How far a build is when all packages are there.</summary>
    public const double DownloadDone = 0.4;

    private const double ListsDone = 0.05;

    /// <summary>The package files, all of them in the folder of packages, sorted by name.</summary>
    /// <exception cref="ApplianceException">The archive cannot be reached, or no longer has what a locked build asks for.</exception>
    public IReadOnlyList<IndexedPackage> Fetch(BuildRequest request, CancellationToken cancellationToken) =>
        request.Locked is { } manifest ? FetchLocked(request, manifest, cancellationToken) : FetchNewest(request, cancellationToken);

    private List<IndexedPackage> FetchNewest(BuildRequest request, CancellationToken cancellationToken)
    {
        var repository = OpenRepository(request, cancellationToken);
        List<IndexedPackage> packages =
        [
            .. repository.Resolve([ApplianceRecipe.KernelPackage, .. ApplianceRecipe.Packages], cancellationToken)
                .Where(package => !ApplianceRecipe.IsDropped(package.Name)),
        ];
        Download(repository, [.. packages.Where(package => !HasFile(package))], cancellationToken);
        return packages;
    }

    // The hashes come from the manifest, so that what is still in the cache needs no archive, and a manifest can be built without a network.
    private List<IndexedPackage> FetchLocked(BuildRequest request, ApplianceManifest manifest, CancellationToken cancellationToken)
    {
        List<IndexedPackage> packages = [.. manifest.Packages.Select(InCache).OrderBy(package => package.Name, StringComparer.Ordinal)];
        List<IndexedPackage> missing = [.. packages.Where(package => !HasFile(package))];
        if (missing.Count == 0)
        {
            return packages;
        }

        var repository = OpenRepository(request, cancellationToken);
        List<IndexedPackage> listed = [.. missing.Select(package => TryFind(repository, package, cancellationToken)).OfType<IndexedPackage>()];
        if (listed.Count < missing.Count)
        {
            var gone = missing.ExceptBy(listed.Select(package => package.Name), package => package.Name).Select(package => $"{package.Name} {package.Version}");
            throw new ApplianceException(
                $"the archive no longer has these packages of the manifest: {string.Join(", ", gone)}; "
                + "give --mirror an archive that keeps old versions, such as one of snapshot.debian.org");
        }

        Download(repository, listed, cancellationToken);
        return packages;
    }

    private AptRepository OpenRepository(BuildRequest request, CancellationToken cancellationToken)
    {
        progress?.Report(new("reading package lists", 0));
        var repository = new AptRepository($"{workFolder}/apt", packagesFolder, request.Mirror, cancellationToken);
        repository.Update(cancellationToken);
        progress?.Report(new("reading package lists", ListsDone));
        return repository;
    }

    // The name that apt gives the file.
    private static IndexedPackage InCache(ManifestPackage package) => new(
        package.Name,
        package.Version,
        $"{package.Name}_{package.Version.Replace(":", "%3a", StringComparison.Ordinal)}_{package.Architecture}.deb",
        Size: 0,
        package.Sha256);

    private static IndexedPackage? TryFind(AptRepository repository, IndexedPackage package, CancellationToken cancellationToken)
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

    private void Download(AptRepository repository, List<IndexedPackage> missing, CancellationToken cancellationToken)
    {
        var total = Math.Max(1, missing.Sum(package => package.Size));
        using (new Timer(_ => Report(missing, total), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(200)))
        {
            repository.Download(missing, cancellationToken);
        }

        if (missing.FirstOrDefault(package => !HasFile(package)) is { } wrong)
        {
            throw new ApplianceException($"{wrong.FileName}: the file that was fetched is not the one in the signed index");
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
