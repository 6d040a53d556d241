using VirtTools.Daemon.Devices;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Inspection;

/// <summary>What the last inspection has found, until the next one.</summary>
internal sealed class InspectionMemory(DeviceResolver devices)
{
    /// <summary>The operating systems.</summary>
    public IReadOnlyList<InspectedSystem> Systems { get; set; } = [];

    /// <summary>The one with a root.</summary>
    /// <exception cref="DaemonException">EINVAL: there is none.</exception>
    public InspectedSystem Find(string root) =>
        Systems.FirstOrDefault(system => system.Root == root)
        ?? throw new DaemonException(
            "EINVAL", $"{devices.MountableToApi(root)}: not a root that 'inspect_os' has found; call that first, and use what it returns");
}
