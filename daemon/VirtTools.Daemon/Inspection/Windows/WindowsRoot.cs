using VirtTools.Daemon.Files;
using VirtTools.Daemon.Inspection.Linux;
using VirtTools.Daemon.Paths;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>Recognises the file system on which a Windows is installed, and reads what its registry says.</summary>
internal static class WindowsRoot
{
    private const int HeadSize = 1024;

    /// <summary>The API's name for all of them; they have no packages.</summary>
    private static readonly Distribution Windows = new("windows", [], ReleaseFiles.UnknownText);

    /// <summary>Where Windows can be installed.</summary>
    private static readonly string[] HeedsCase = ["ntfs", "ntfs3"];
    private static readonly string[] IgnoresCase = ["vfat", "msdos"];

    private static readonly string[] CurrentVersion = ["Microsoft", "Windows NT", "CurrentVersion"];
    private static readonly string[] PolicyHistory = ["Microsoft", "Windows", "CurrentVersion", "Group Policy", "History"];

    /// <summary>Looks at a mounted file system.</summary>
    /// <param name="root">Its tree.</param>
    /// <param name="type">Its type.</param>
    /// <param name="devices">Finds the devices of drive letters.</param>
    /// <returns>Null where it is no root of a Windows.</returns>
    public static InspectedSystem? Recognise(GuestRoot root, string type, IPartitionFinder devices)
    {
        if (!HeedsCase.Contains(type) && !IgnoresCase.Contains(type))
        {
            return null;
        }

        var files = new GuestFiles(root);
        var paths = new WindowsPaths(root, HeedsCase.Contains(type));
        return SystemRootFolder.Find(files, paths) is { } folder ? Describe(files, paths, folder, devices) : null;
    }

    private static InspectedSystem Describe(GuestFiles files, WindowsPaths paths, string folder, IPartitionFinder devices)
    {
        var windows = new WindowsSystem(folder, Hive("SOFTWARE"), Hive("SYSTEM"));
        var system = new InspectedSystem { Type = "windows", Distribution = Windows };
        using (var software = HiveFile.Open(files, paths, windows.SoftwareHive))
        {
            system = WithSoftware(system, software?.Hive.Find(CurrentVersion));
            windows = windows with { HasGroupPolicy = software?.Hive.Find(PolicyHistory)?.Subkeys().Any() == true };
        }

        using var machine = HiveFile.Open(files, paths, windows.SystemHive);
        var settings = new MachineSettings(machine?.Hive);
        return system with
        {
            Architecture = Program(files, paths, folder) ?? settings.Architecture ?? ReleaseFiles.UnknownText,
            Hostname = settings.Hostname ?? ReleaseFiles.UnknownText,
            Windows = windows with { ControlSet = settings.ControlSet, Drives = DriveLetters.Resolve(machine?.Hive, devices) },
        };

        string? Hive(string name) => paths.Find($"{folder}/System32/config/{name}") is { } path && files.IsFile(path) ? path : null;
    }

    private static InspectedSystem WithSoftware(InspectedSystem system, RegistryKey? version) => version is null ? system : system with
    {
        ProductName = version.Text("ProductName") ?? ReleaseFiles.UnknownText,
        ProductVariant = version.Text("InstallationType") ?? ReleaseFiles.UnknownText,
        BuildId = version.Text("CurrentBuildNumber") ?? version.Text("CurrentBuild") ?? ReleaseFiles.UnknownText,
        Version = VersionIn(version),
    };

    // From Windows 10 on the text goes on saying 6.3, for programs that know no other.
    private static GuestVersion VersionIn(RegistryKey version) =>
        version.Value("CurrentMajorVersionNumber")?.Dword is { } major && version.Value("CurrentMinorVersionNumber")?.Dword is { } minor
            && major <= int.MaxValue && minor <= int.MaxValue
                ? new((int)major, (int)minor)
                : GuestVersion.Find(version.Text("CurrentVersion") ?? "") ?? default;

    private static string? Program(GuestFiles files, WindowsPaths paths, string folder) =>
        paths.Find(folder + "/System32/cmd.exe") is { } program && files.ReadHead(program, HeadSize) is { } head
            ? BinaryArchitecture.OfHead(head)
            : null;
}
