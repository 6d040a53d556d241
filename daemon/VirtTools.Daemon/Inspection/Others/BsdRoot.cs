using VirtTools.Daemon.Inspection.Linux;

namespace VirtTools.Daemon.Inspection.Others;

/// <summary>A Unix that is no Linux, and how its root is recognised.</summary>
/// <param name="Type">The API's name.</param>
/// <param name="Distribution">The API's name of the distribution.</param>
/// <param name="Files">All must be there.</param>
/// <param name="VersionFile">Its first line has name and version.</param>
/// <param name="HostnameFile">Its first line is the host name; null where a variable of /etc/rc.conf is.</param>
internal sealed record OtherUnix(string Type, string Distribution, string[] Files, string? VersionFile, string? HostnameFile);

/// <summary>Recognises the roots of BSD, MINIX and GNU/Hurd. To add one, add an entry.</summary>
internal static class BsdRoot
{
    /// <summary>A script that prints the version; the message of the day has none since FreeBSD 13.</summary>
    private const string FreeBsdVersion = "/bin/freebsd-version";

    private static readonly OtherUnix[] Known =
    [
        new("freebsd", "freebsd", ["/etc/freebsd-update.conf", "/etc/fstab"], "/etc/motd", null),
        new("netbsd", "netbsd", ["/netbsd", "/etc/fstab", "/etc/release"], "/etc/release", null),
        new("openbsd", "openbsd", ["/bsd", "/etc/fstab", "/etc/motd"], "/etc/motd", "/etc/myname"),
        new("hurd", "", ["/hurd/console", "/hurd/hello", "/hurd/null"], null, "/etc/hostname"),
        new("minix", "", ["/service/vm", "/etc/fstab", "/etc/version"], "/etc/version", "/etc/hostname.file"),
    ];

    /// <summary>Looks at a mounted file system.</summary>
    /// <returns>Null where it is no root of one of these.</returns>
    public static InspectedSystem? Recognise(GuestFiles files)
    {
        if (LinuxRoot.IsBoot(files) || Array.Find(Known, unix => Array.TrueForAll(unix.Files, files.IsFile)) is not { } found)
        {
            return null;
        }

        // The Hurd is a kernel: what is around it is Debian, most of the time.
        var release = found.VersionFile is null ? ReleaseFiles.Read(files) : LinuxRelease.Unknown;
        var product = found.VersionFile is null ? null : Product(files, found);
        var distribution = found.Distribution.Length > 0 ? Distribution.Named(found.Distribution) : release.Distribution;
        return new()
        {
            Type = found.Type,
            Distribution = distribution,
            PackageManager = distribution.ManagerIn(int.MaxValue, files.IsFile),
            ProductName = product ?? release.ProductName,
            Version = product is null ? release.Version : GuestVersion.Find(product) ?? default,
            Architecture = LinuxRoot.Architecture(files),
            Hostname = (found.HostnameFile is { } path ? files.ReadLine(path) : null) ?? LinuxRoot.Hostname(files),
        };
    }

    private static string? Product(GuestFiles files, OtherUnix unix)
    {
        var line = files.ReadLine(unix.VersionFile!);
        if (unix.Type != "freebsd" || line?.StartsWith("FreeBSD", StringComparison.Ordinal) == true)
        {
            return line;
        }

        return KeyValueFile.Variable(files, FreeBsdVersion, "USERLAND_VERSION") is { } version ? $"FreeBSD {version}" : line;
    }
}
