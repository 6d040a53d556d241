using VirtTools.Daemon.Files;

namespace VirtTools.Daemon.Inspection;

/// <summary>Recognises the root file system of a Linux, and reads what it says of itself.</summary>
internal static class LinuxRoot
{
    private const int HeadSize = 64;

    private static readonly string[] ProgramsToLookAt = ["/bin/bash", "/bin/ls", "/bin/echo", "/bin/rm", "/bin/sh"];

    /// <summary>Files that hold nothing but the host name, the first that has one counts.</summary>
    private static readonly string[] HostnameFiles = ["/etc/HOSTNAME", "/etc/hostname"];

    /// <summary>Looks at a mounted file system.</summary>
    /// <returns>Null where it is no root of a Linux.</returns>
    public static InspectedSystem? Recognise(GuestFiles files)
    {
        if (IsBoot(files) || !IsRoot(files))
        {
            return null;
        }

        var release = ReleaseFiles.Read(files);
        return new()
        {
            Type = "linux",
            Distribution = release.Distribution,
            PackageManager = release.Distribution.ManagerIn(release.Version.Major, files.IsFile),
            ProductName = release.ProductName,
            Version = release.Version,
            BuildId = release.BuildId,
            Architecture = Architecture(files),
            Hostname = Hostname(files),
        };
    }

    // A boot partition may have folders of the same names beside its boot loader.
    private static bool IsBoot(GuestFiles files) =>
        files.IsFile("/grub/menu.lst") || files.IsFile("/grub/grub.conf") || files.IsFile("/grub2/grub.cfg");

    private static bool IsRoot(GuestFiles files) =>
        files.IsFolder("/etc") && files.IsFolderOrLink("/bin") && (files.IsFile("/etc/fstab") || files.IsFile("/etc/hosts"));

    private static string Architecture(GuestFiles files)
    {
        foreach (var path in ProgramsToLookAt)
        {
            if (files.ReadHead(path, HeadSize) is { } head && BinaryArchitecture.OfElf(head) is { } architecture)
            {
                return architecture;
            }
        }

        return ReleaseFiles.UnknownText;
    }

    private static string Hostname(GuestFiles files)
    {
        foreach (var path in HostnameFiles)
        {
            if (files.ReadLine(path) is { } name)
            {
                return name;
            }
        }

        return files.ReadText("/etc/sysconfig/network") is { } text
            && KeyValueFile.Parse(text).GetValueOrDefault("HOSTNAME") is { Length: > 0 } configured
                ? configured
                : ReleaseFiles.UnknownText;
    }
}
