using VirtTools.Daemon.Features;
using VirtTools.Daemon.Mounts;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions that concern the appliance itself.</summary>
internal sealed class ApplianceActions(FeatureGroups features, Unmounter unmounter) : UnsupportedApplianceActions
{
    // Kinds of struct internal_mountable in the original's protocol.
    private const int MountableDevice = 0;
    private const int MountableSubvolume = 1;

    public override void PingDaemon()
    {
        // The answer is all there is to it.
    }

    public override string EchoDaemon(IReadOnlyList<string> words) => string.Join(' ', words);

    public override void Sync() => Kernel.Synchronize();

    public override void InternalAutosync()
    {
        unmounter.UnmountAll();
        Kernel.Synchronize();
    }

    public override int InternalFeatureAvailable(string group) =>
        !FeatureGroups.Exists(group) ? 2 : features.IsAvailable(group) ? 0 : 1;

    public override string[] AvailableAllGroups() => FeatureGroups.Names;

    public override InternalMountable InternalParseMountable(string mountable)
    {
        var parsed = Devices.DeviceResolver.Parse(mountable);
        return parsed.Subvolume is null
            ? new(MountableDevice, parsed.Device, "")
            : new(MountableSubvolume, parsed.Device, parsed.Subvolume);
    }

    public override UtsName Utsname()
    {
        const string Folder = "/proc/sys/kernel";
        return new(
            SmallFile.TryRead($"{Folder}/ostype") ?? "",
            SmallFile.TryRead($"{Folder}/osrelease") ?? "",
            SmallFile.TryRead($"{Folder}/version") ?? "",
            "x86_64");
    }

    public override string Dmesg() => ProgramRunner.Run(["dmesg"]);

    public override void DropCaches(int whatToDrop)
    {
        Kernel.Synchronize();
        SmallFile.Write("/proc/sys/vm/drop_caches", $"{whatToDrop}\n");
    }

    public override void Modprobe(string moduleName) => ProgramRunner.Run(["modprobe", "--", moduleName]);

    public override void Sleep(int secs) => Thread.Sleep(TimeSpan.FromSeconds(Math.Max(0, secs)));
}
