using VirtTools.Daemon.Files;

namespace VirtTools.Daemon.Inspection.Linux;

/// <summary>Recognises the root file system of a Linux, and reads what it says of itself.</summary>
internal static class LinuxRoot
{
    private const int HeadSize = 64;

    private const string UsrFolder = "/usr";

    private static readonly string[] ProgramsToLookAt = ["/bin/bash", "/bin/ls", "/bin/echo", "/bin/rm", "/bin/sh"];

    /// <summary>Folders that a /usr has and nothing else has all of.</summary>
    private static readonly string[] UsrFolders = ["/bin", "/lib", "/share", "/local"];

    /// <summary>Files of the update program of CoreOS and Flatcar, whose root has little else.</summary>
    private static readonly string[] CoreOsFiles = ["/etc/coreos/update.conf", "/etc/flatcar/update.conf"];

    /// <summary>What the root of such a system has besides.</summary>
    private static readonly string[] CoreOsFolders = ["/etc", "/root", "/home", "/usr"];

    /// <summary>Files that hold nothing but the host name, the first that has one counts.</summary>
    private static readonly string[] HostnameFiles = ["/etc/HOSTNAME", "/etc/hostname"];

    /// <summary>Files with a variable that holds it: of Red Hat until version 6, of Gentoo, of the BSDs and of Arch Linux of old.</summary>
    private static readonly (string Path, string Variable)[] HostnameVariables =
    [
        ("/etc/sysconfig/network", "HOSTNAME"),
        ("/etc/conf.d/hostname", "hostname"),
        ("/etc/rc.conf", "hostname"),
        ("/etc/rc.conf", "HOSTNAME"),
    ];

    /// <summary>Looks at a mounted file system.</summary>
    /// <returns>Null where it is no root of a Linux.</returns>
    public static InspectedSystem? Recognise(GuestFiles files)
    {
        if (IsBoot(files) || !(IsRoot(files) || IsCoreOsRoot(files)))
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

    /// <summary>Looks at a mounted file system for a /usr without the rest.</summary>
    /// <returns>What it tells of the system whose root is elsewhere; null where it is none.</returns>
    public static InspectedSystem? RecogniseUsr(GuestFiles files)
    {
        if (IsRoot(files) || !Array.TrueForAll(UsrFolders, files.IsFolderOrLink))
        {
            return null;
        }

        var release = ReleaseFiles.ReadOfUsr(files);
        return new()
        {
            Type = "linux",
            Distribution = release.Distribution,
            PackageManager = release.Distribution.ManagerIn(release.Version.Major, path => files.IsFile(path[UsrFolder.Length..])),
            ProductName = release.ProductName,
            Version = release.Version,
            BuildId = release.BuildId,
            Architecture = Architecture(files),
        };
    }

    /// <summary>Whether the root is that of CoreOS or Flatcar, whose /usr is one of two partitions that no fstab names.</summary>
    public static bool IsCoreOsRoot(GuestFiles files) =>
        Array.Exists(CoreOsFiles, files.IsFile) && Array.TrueForAll(CoreOsFolders, files.IsFolder);

    /// <summary>Whether it is a boot partition, which may have folders of the same names beside its boot loader.</summary>
    public static bool IsBoot(GuestFiles files) =>
        files.IsFile("/grub/menu.lst") || files.IsFile("/grub/grub.conf") || files.IsFile("/grub2/grub.cfg");

    private static bool IsRoot(GuestFiles files) =>
        files.IsFolder("/etc") && files.IsFolderOrLink("/bin") && (files.IsFile("/etc/fstab") || files.IsFile("/etc/hosts"));

    /// <summary>Architecture of the programs that every Unix has.</summary>
    public static string Architecture(GuestFiles files)
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

    /// <summary>The host name in the guest's files.</summary>
    public static string Hostname(GuestFiles files) =>
        HostnameFiles.Select(files.ReadLine).FirstOrDefault(name => name is not null)
        ?? HostnameVariables.Select(place => KeyValueFile.Variable(files, place.Path, place.Variable)).FirstOrDefault(name => name is not null)
        ?? ReleaseFiles.UnknownText;
}
