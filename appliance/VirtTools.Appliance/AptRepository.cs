using System.Globalization;

namespace VirtTools.Appliance;

/// <summary>A package file as the signed index lists it.</summary>
/// <param name="FileName">The name that apt gives the file, with %3a for a colon.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">In lower-case hexadecimal.</param>
internal sealed record IndexedPackage(string Name, string Version, string FileName, long Size, string Sha256);

/// <summary>
/// Debian's archive through apt with a state of its own: it reads neither the host's package lists nor what is installed, changes nothing outside
/// its folder, needs no root, and accepts only what the archive's keys have signed.
/// </summary>
internal sealed class AptRepository
{
    private const string DefaultMirror = "http://deb.debian.org/debian";
    private const string DefaultSecurityMirror = "http://deb.debian.org/debian-security";
    private const string HostKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

    // How the host reaches its mirror, and nothing else of its configuration.
    private static readonly string[] AdoptedSettings = ["Acquire::http", "Acquire::https", "Acquire::ftp", "Acquire::Retries", "Acquire::Check-Valid-Until"];

    private readonly string folder;
    private readonly string packages;
    private readonly string[] environment;

    /// <param name="folder">Where the lists are kept between builds.</param>
    /// <param name="packages">Where package files are kept.</param>
    /// <param name="mirror">The archive to use; null for the one that the host uses, or Debian's.</param>
    public AptRepository(string folder, string packages, string? mirror, CancellationToken cancellationToken)
    {
        this.folder = folder;
        this.packages = packages;
        environment = [$"APT_CONFIG={folder}/apt.conf"];
        foreach (var subfolder in (string[])["state/lists/partial", "cache/archives/partial", "etc/apt.conf.d", "etc/preferences.d", "etc/trusted.gpg.d"])
        {
            Directory.CreateDirectory($"{folder}/{subfolder}");
        }

        File.WriteAllText($"{folder}/status", "");
        File.WriteAllText($"{folder}/etc/sources.list", Sources(mirror, Keyring()));
        File.WriteAllText($"{folder}/apt.conf", Configuration(cancellationToken));
    }

    /// <summary>Fetches the package lists and checks their signatures.</summary>
    /// <exception cref="ApplianceException">The archive cannot be reached, or a signature is not good.</exception>
    public void Update(CancellationToken cancellationToken) => Apt(["-q", "--error-on=any", "update"], cancellationToken);

    /// <summary>The files of packages and of everything that they depend on, without what they merely recommend.</summary>
    /// <exception cref="ApplianceException">A package is unknown, or the dependencies cannot be met.</exception>
    public IReadOnlyList<IndexedPackage> Resolve(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var lines = Apt(["-qq", "--yes", "--print-uris", "install", .. names], cancellationToken);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ParseUriLine).OrderBy(package => package.Name, StringComparer.Ordinal)];
    }

    /// <summary>The files of exactly these versions ("name=version").</summary>
    /// <exception cref="ApplianceException">The archive no longer has one of them.</exception>
    public IReadOnlyList<IndexedPackage> Find(IReadOnlyList<string> versions, CancellationToken cancellationToken)
    {
        var lines = Apt(["-qq", "--print-uris", "download", .. versions], cancellationToken);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(ParseUriLine).OrderBy(package => package.Name, StringComparer.Ordinal)];
    }

    /// <summary>Fetches package files into the folder of packages; apt compares each with the hash in the signed index.</summary>
    /// <exception cref="ApplianceException">One cannot be fetched.</exception>
    public void Download(IEnumerable<IndexedPackage> wanted, CancellationToken cancellationToken)
    {
        string[] versions = [.. wanted.Select(package => $"{package.Name}={package.Version}")];
        if (versions.Length > 0)
        {
            HostPrograms.RunOnHost("apt-get", ["-q", "download", .. versions], environment, packages, cancellationToken);
        }
    }

    /// <summary>One line of <c>apt-get --print-uris</c>: <c>'uri' file size SHA256:hash</c>.</summary>
    /// <exception cref="ApplianceException">The line is of another form.</exception>
    internal static IndexedPackage ParseUriLine(string line)
    {
        const string HashPrefix = "SHA256:";
        var end = line.LastIndexOf('\'');
        string[] fields = end < 0 ? [] : line[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 3
            || fields[0].Contains('/')
            || fields[0].Split('_') is not [var name, var version, _]
            || !long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || !fields[2].StartsWith(HashPrefix, StringComparison.Ordinal))
        {
            throw new ApplianceException($"apt-get gave a line that cannot be read: {line}");
        }

        return new(name, version.Replace("%3a", ":", StringComparison.Ordinal), fields[0], size, fields[2][HashPrefix.Length..].ToLowerInvariant());
    }

    private string Apt(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        HostPrograms.RunOnHost("apt-get", arguments, environment, workingFolder: null, cancellationToken);

    private string Configuration(CancellationToken cancellationToken)
    {
        var host = HostPrograms.RunOnHost("apt-config", ["dump", .. AdoptedSettings], [], null, cancellationToken);
        return $"""
            {host}
            Dir "{folder}/";
            Dir::State "{folder}/state";
            Dir::State::status "{folder}/status";
            Dir::Cache "{folder}/cache";
            Dir::Etc "{folder}/etc";
            Dir::Log "{folder}/log";
            APT::Architecture "{ApplianceRecipe.Architecture}";
            #clear APT::Architectures;
            APT::Architectures {"{"} "{ApplianceRecipe.Architecture}"; {"}"};
            APT::Default-Release "";
            APT::Install-Recommends "false";
            APT::Install-Suggests "false";
            APT::Get::AllowUnauthenticated "false";
            APT::Sandbox::User "";
            Acquire::AllowInsecureRepositories "false";
            Acquire::AllowWeakRepositories "false";
            Acquire::AllowDowngradeToInsecureRepositories "false";
            Acquire::ForceHash "SHA256";
            Acquire::Languages "none";

            """;
    }

    private static string Sources(string? mirror, string keyring)
    {
        var (main, security) = mirror is null ? AptSources.ReadHost() : (mirror, null);
        var options = $"[arch={ApplianceRecipe.Architecture} signed-by={keyring}]";
        return $"""
            deb {options} {main ?? DefaultMirror} {ApplianceRecipe.Suite} main
            deb {options} {main ?? DefaultMirror} {ApplianceRecipe.Suite}-updates main
            deb {options} {security ?? DefaultSecurityMirror} {ApplianceRecipe.Suite}-security main

            """;
    }

    // The host's keyring knows of keys that were revoked after this was built; where there is none (a Debian derivative), the one we carry.
    private string Keyring()
    {
        if (File.Exists(HostKeyring))
        {
            return HostKeyring;
        }

        var assembly = typeof(AptRepository).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".asc", StringComparison.Ordinal)))
        {
            using var key = assembly.GetManifestResourceStream(name)!;
            using var file = File.Create($"{folder}/etc/{name}");
            key.CopyTo(file);
        }

        return string.Join(',', assembly.GetManifestResourceNames().Where(name => name.EndsWith(".asc", StringComparison.Ordinal)).Select(name => $"{folder}/etc/{name}"));
    }
}
