namespace VirtTools.Appliance;

/// <summary>Reads from package files what a manifest says about them.</summary>
internal sealed class PackageDescriptions(string packagesFolder)
{
    private const string Format = "--showformat=${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t${source:Version}\\n";

    /// <summary>The entries of a manifest, sorted by name.</summary>
    /// <exception cref="ApplianceException">A file is damaged.</exception>
    public IReadOnlyList<ManifestPackage> Describe(IReadOnlyList<IndexedPackage> packages, CancellationToken cancellationToken)
    {
        var entries = new ManifestPackage[packages.Count];
        EachAtOnce.Run(Enumerable.Range(0, entries.Length), i => entries[i] = Describe(packages[i], cancellationToken), cancellationToken);
        return [.. entries.OrderBy(package => package.Name, StringComparer.Ordinal)];
    }

    private ManifestPackage Describe(IndexedPackage package, CancellationToken cancellationToken)
    {
        var line = HostPrograms.RunOnHost("dpkg-deb", ["--show", Format, $"{packagesFolder}/{package.FileName}"], [], null, cancellationToken);
        return line.TrimEnd('\n').Split('\t') is [var name, var version, var architecture, var source, var sourceVersion]
            ? new(name, version, architecture, source, sourceVersion, package.Sha256)
            : throw new ApplianceException($"{package.FileName}: dpkg-deb describes it in a way that cannot be read: {line}");
    }
}
