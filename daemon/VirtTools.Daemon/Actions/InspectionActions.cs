using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Inspection;
using VirtTools.Daemon.Inspection.Applications;
using VirtTools.Daemon.Inspection.Windows;
using VirtTools.Declarations;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions that tell what operating system a guest is. What was found is kept until the next inspection.</summary>
internal sealed class InspectionActions(
    IMountActions mounts, IFilesystemActions filesystems, DeviceResolver devices, Inspector inspector, InspectionMemory memory,
    ApplicationListing applications) : UnsupportedInspectionActions
{
    public override string[] InspectOs()
    {
        memory.Systems = [];
        mounts.UmountAll();
        memory.Systems = inspector.Inspect(filesystems.ListFilesystems());
        return InspectGetRoots();
    }

    public override string[] InspectGetRoots() => [.. memory.Systems.Select(system => system.Root)];

    public override string InspectGetType(string root) => Find(root).Type;

    public override string InspectGetDistro(string root) => Find(root).Distribution.Name;

    public override string InspectGetProductName(string root) => Find(root).ProductName;

    public override string InspectGetProductVariant(string root) => Find(root).ProductVariant;

    public override int InspectGetMajorVersion(string root) => Find(root).Version.Major;

    public override int InspectGetMinorVersion(string root) => Find(root).Version.Minor;

    public override string InspectGetArch(string root) => Find(root).Architecture;

    public override string InspectGetHostname(string root) => Find(root).Hostname;

    public override string InspectGetPackageFormat(string root) => Find(root).Distribution.PackageFormat;

    public override string InspectGetPackageManagement(string root) => Find(root).PackageManager;

    public override string InspectGetBuildId(string root) => Find(root).BuildId;

    public override OrderedDictionary<string, string> InspectGetMountpoints(string root)
    {
        var places = new OrderedDictionary<string, string>();
        foreach (var used in Find(root).FileSystems)
        {
            if (used.IsMounted)
            {
                places[used.Mountpoint] = devices.MountableToApi(used.Mountable);
            }
        }

        return places;
    }

    public override string[] InspectGetFilesystems(string root) => [.. Find(root).FileSystems.Select(used => used.Mountable)];

    public override Application2[] InternalListRpmApplications() => applications.ListRpm();

    public override string InspectGetWindowsSystemroot(string root) => FindWindows(root).SystemRoot;

    public override string InspectGetWindowsSoftwareHive(string root) => FindWindows(root).SoftwareHive ?? throw Missing(root, "has no hive SOFTWARE");

    public override string InspectGetWindowsSystemHive(string root) => FindWindows(root).SystemHive ?? throw Missing(root, "has no hive SYSTEM");

    public override string InspectGetWindowsCurrentControlSet(string root) =>
        FindWindows(root).ControlSet ?? throw Missing(root, "does not say in its registry which control set it uses");

    public override bool InspectGetWindowsGroupPolicy(string root) => FindWindows(root).HasGroupPolicy;

    public override OrderedDictionary<string, string> InspectGetDriveMappings(string root)
    {
        var drives = new OrderedDictionary<string, string>();
        foreach (var (letter, device) in Find(root).Windows?.Drives ?? [])
        {
            drives[letter] = devices.MountableToApi(device);
        }

        return drives;
    }

    public override string InspectGetFormat(string root)
    {
        Find(root);
        return "installed";
    }

    public override bool InspectIsLive(string root) => IsInstaller(root);

    public override bool InspectIsNetinst(string root) => IsInstaller(root);

    public override bool InspectIsMultipart(string root) => IsInstaller(root);

    // These actions are left over from the time when install media were told apart, and always answer no.
    private bool IsInstaller(string root)
    {
        Find(root);
        return false;
    }

    private WindowsSystem FindWindows(string root) => Find(root).Windows ?? throw Missing(root, "is no Windows");

    private DaemonException Missing(string root, string what) => new("EINVAL", $"{devices.MountableToApi(root)}: the guest {what}");

    private InspectedSystem Find(string root) => memory.Find(root);
}
