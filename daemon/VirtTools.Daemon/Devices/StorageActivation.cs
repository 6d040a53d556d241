using VirtTools.Daemon.Boot;
using VirtTools.Daemon.Lvm;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Posix;

namespace VirtTools.Daemon.Devices;

/// <summary>Whether the disks that the daemon sees are the guest's.</summary>
internal enum StorageAccess
{
    /// <summary>They are this system's own: hands off.</summary>
    None,

    /// <summary>They are the library's drives.</summary>
    Devices,
}

/// <summary>
/// Brings up what lies on top of the disks: md arrays, volume groups, Windows dynamic disks. The original does this at every boot; here it waits
/// until somebody asks for a name that is not there or for a list of volumes, and a program runs only where a disk carries its mark, because each
/// program costs tenths of a second under emulation.
/// </summary>
internal sealed class StorageActivation(DeviceTree tree, DeviceNames names, LvmProgram lvm, StorageAccess access)
{
    private string? _seen;

    /// <summary>Activates what has appeared since the last call.</summary>
    /// <returns>Whether a program ran, so that there may be new devices.</returns>
    public bool EnsureActive()
    {
        if (access == StorageAccess.None)
        {
            return false;
        }

        var ran = false;
        // Arrays may carry volume groups, and groups arrays, so what came up is looked at again.
        for (var round = 0; round < 4; round++)
        {
            var devices = Candidates();
            var seen = string.Join(' ', devices);
            if (seen == _seen)
            {
                return ran;
            }

            _seen = seen;
            var marks = devices.Aggregate(VolumeMarks.None, (all, device) => all | VolumeMark.Read($"/dev/{device}"));
            if (marks == VolumeMarks.None)
            {
                return ran;
            }

            Activate(marks);
            ran = true;
        }

        return ran;
    }

    /// <summary>Takes what is there now for what the caller wants: what it has just deactivated does not come back by itself.</summary>
    public void AcceptPresent() => _seen = string.Join(' ', Candidates());

    private string[] Candidates() =>
        [.. tree.WholeDevices()
            .Where(device => !IsPassing(device) && tree.Size(device) > 0)
            .SelectMany(device => tree.Partitions(device).Prepend(device))
            .Where(device => !names.IsAppliance(device))];

    private static bool IsPassing(string device) =>
        device.StartsWith("ram", StringComparison.Ordinal) || device.StartsWith("loop", StringComparison.Ordinal)
        || device.StartsWith("zram", StringComparison.Ordinal) || device.StartsWith("fd", StringComparison.Ordinal)
        || device.StartsWith("sr", StringComparison.Ordinal);

    // A program that fails leaves the other volumes usable: the action that asked says what is missing.
    private void Activate(VolumeMarks marks)
    {
        if (marks.HasFlag(VolumeMarks.Array))
        {
            Try(["mdadm", "--assemble", "--scan", "--auto=yes", "--run", "--quiet"]);
        }

        if (marks.HasFlag(VolumeMarks.DynamicDisk))
        {
            Try(["ldmtool", "create", "all"]);
        }

        if (marks.HasFlag(VolumeMarks.PhysicalVolume))
        {
            Try(lvm.CommandLine("vgchange", "-aay", "--sysinit"));
        }
    }

    private static void Try(string[] argv)
    {
        if (ProgramRunner.Find(argv[0]) is null)
        {
            return;
        }

        var completed = ProgramRunner.TryRun(argv);
        if (!completed.IsSuccess)
        {
            ConsoleLine.Write($"{string.Join(' ', argv)} {completed.Ending}: {completed.ErrorText}");
        }
    }
}
