namespace VirtTools.Daemon.Inspection.Linux;

/// <summary>What the files of a Linux root say of its distribution.</summary>
internal sealed record LinuxRelease(Distribution Distribution, string ProductName, GuestVersion Version, string BuildId)
{
    /// <summary>Whether the distribution is one that is known here.</summary>
    public bool IsKnown => Distribution != Distribution.None;

    /// <summary>Nothing is known.</summary>
    public static readonly LinuxRelease Unknown = new(Distribution.None, ReleaseFiles.UnknownText, default, ReleaseFiles.UnknownText);
}

/// <summary>A file with the product's name and version in its first line, from before os-release(5).</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Distribution">API name of the distribution.</param>
/// <param name="Start">What the line starts with; empty where any will do.</param>
internal sealed record ReleaseLine(string Path, string Distribution, string Start = "");

/// <summary>Tells the distribution of a Linux root: os-release(5) first, then lsb-release, then the files that each distribution has of its own.</summary>
internal static class ReleaseFiles
{
    /// <summary>What the API says where it knows nothing.</summary>
    public const string UnknownText = "unknown";

    private static readonly string[] OsReleases = ["/etc/os-release", "/usr/lib/os-release"];

    // A /usr on a file system of its own; the second is that of CoreOS.
    private static readonly string[] OsReleasesOfUsr = ["/lib/os-release", "/share/coreos/os-release"];

    private const string LsbRelease = "/etc/lsb-release";
    private const string LsbReleaseOfUsr = "/share/coreos/lsb-release";

    /// <summary>Their os-release has the first number of the version only; their own file has both.</summary>
    private static readonly string[] WithoutMinorVersion = ["centos", "debian"];

    /// <summary>Another file has the fuller name.</summary>
    private static readonly string[] WithoutFullName = ["linuxmint", "oraclelinux"];

    /// <summary>The first one that is there and fits counts. To add one, add an entry.</summary>
    private static readonly ReleaseLine[] Lines =
    [
        new("/etc/arch-release", "archlinux"),
        new("/etc/alpine-release", "alpinelinux"),
        new("/etc/altlinux-release", "altlinux"),
        new("/etc/frugalware-release", "frugalware"),
        new("/etc/gentoo-release", "gentoo"),
        new("/etc/mageia-release", "mageia"),
        new("/etc/pardus-release", "pardus"),
        new("/etc/pld-release", "pldlinux"),
        new("/etc/slackware-version", "slackware"),
        new("/etc/ttylinux-target", "ttylinux"),
        new("/etc/meego-release", "meego"),
        new("/etc/openmandriva-release", "openmandriva"),
        new("/etc/rocky-release", "rocky"),
        new("/etc/oracle-release", "oraclelinux"),
        new("/etc/centos-release", "centos", "CentOS"),
        new("/etc/redhat-release", "fedora", "Fedora"),
        new("/etc/redhat-release", "rhel", "Red Hat Enterprise Linux"),
        new("/etc/redhat-release", "rhel", "Red Hat Linux"),
        new("/etc/redhat-release", "centos", "CentOS"),
        new("/etc/redhat-release", "rocky", "Rocky Linux"),
        new("/etc/redhat-release", "scientificlinux", "Scientific Linux"),
        new("/etc/redhat-release", "redhat-based"),
        new("/etc/debian_version", "debian"),
        new("/etc/SuSE-release", "opensuse", "openSUSE"),
        new("/etc/SuSE-release", "sles", "SUSE Linux Enterprise"),
        new("/etc/SuSE-release", "suse-based"),
        new("/etc/cirros/version", "cirros"),
        new("/etc/br-version", "buildroot"),
        new("/etc/buildroot-release", "buildroot"),
    ];

    /// <summary>Values of DISTRIB_ID in lsb-release.</summary>
    private static readonly (string Id, string Distribution)[] LsbIds =
    [
        ("Ubuntu", "ubuntu"),
        ("LinuxMint", "linuxmint"),
        ("MandrivaLinux", "mandriva"),
        ("Mageia", "mageia"),
        ("CoreOS", "coreos"),
    ];

    /// <summary>Reads the files of a root.</summary>
    public static LinuxRelease Read(GuestFiles files)
    {
        var (release, likes) = ReadOsRelease(files, OsReleases);
        if (release.IsKnown && !IsBetterElsewhere(release))
        {
            return release;
        }

        // What an earlier file said of a distribution that is unknown holds until a later one knows better.
        var lsb = ReadLsbRelease(files, LsbRelease);
        if (lsb is { IsKnown: true } && (!release.IsKnown || lsb.Distribution == release.Distribution))
        {
            return lsb;
        }

        if (release.IsKnown)
        {
            return ReadLine(files, release) ?? release;
        }

        // Who names relatives has a name and a version of its own, which the files of the relatives do not tell.
        return Distribution.Like(likes) is var like && like != Distribution.None
            ? release with { Distribution = like }
            : ReadLine(files, release) ?? lsb ?? release;
    }

    /// <summary>Reads the files of a /usr that has a file system of its own.</summary>
    public static LinuxRelease ReadOfUsr(GuestFiles files)
    {
        var (release, likes) = ReadOsRelease(files, OsReleasesOfUsr);
        return release.IsKnown ? release
            : Distribution.Like(likes) is var like && like != Distribution.None ? release with { Distribution = like }
            : ReadLsbRelease(files, LsbReleaseOfUsr) ?? release;
    }

    private static bool IsBetterElsewhere(LinuxRelease release) =>
        (release.Version.Minor == 0 && WithoutMinorVersion.Contains(release.Distribution.Name))
        || WithoutFullName.Contains(release.Distribution.Name);

    private static (LinuxRelease Release, string Likes) ReadOsRelease(GuestFiles files, string[] paths)
    {
        if (paths.Select(files.ReadText).FirstOrDefault(text => text is not null) is not { } text)
        {
            return (LinuxRelease.Unknown, "");
        }

        var values = KeyValueFile.Parse(text);
        var release = new LinuxRelease(
            Distribution.WithId(values.GetValueOrDefault("ID", "")),
            values.GetValueOrDefault("PRETTY_NAME", UnknownText),
            GuestVersion.Find(values.GetValueOrDefault("VERSION_ID", "")) ?? default,
            values.GetValueOrDefault("BUILD_ID", UnknownText));
        return (release, values.GetValueOrDefault("ID_LIKE", ""));
    }

    private static LinuxRelease? ReadLsbRelease(GuestFiles files, string path)
    {
        if (files.ReadText(path) is not { } text)
        {
            return null;
        }

        var values = KeyValueFile.Parse(text);
        var id = values.GetValueOrDefault("DISTRIB_ID", "");
        var name = Array.Find(LsbIds, known => known.Id == id).Distribution;
        return new(
            Distribution.Named(name ?? ""),
            values.GetValueOrDefault("DISTRIB_DESCRIPTION", UnknownText),
            GuestVersion.Find(values.GetValueOrDefault("DISTRIB_RELEASE", "")) ?? default,
            UnknownText);
    }

    // With an os-release at hand only the file of the same distribution adds anything.
    private static LinuxRelease? ReadLine(GuestFiles files, LinuxRelease known)
    {
        foreach (var line in Lines)
        {
            if ((known.IsKnown && known.Distribution.Name != line.Distribution) || !files.IsFile(line.Path))
            {
                continue;
            }

            var text = files.ReadLine(line.Path) ?? "";
            if (text.StartsWith(line.Start, StringComparison.Ordinal))
            {
                return new(
                    Distribution.Named(line.Distribution),
                    text.Length > 0 ? text : UnknownText,
                    GuestVersion.FindWithUpdate(text) ?? known.Version,
                    known.BuildId);
            }
        }

        return null;
    }
}
