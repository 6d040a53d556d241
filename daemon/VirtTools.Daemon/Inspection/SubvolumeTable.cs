using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Boot;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Filesystems;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Inspection;

/// <summary>
/// The subvolumes of the btrfs file systems, and which of them are snapshots: an older state of a root that is there already is no guest of its
/// own. Each file system is asked once.
/// </summary>
internal sealed class SubvolumeTable(BtrfsView btrfs)
{
    private readonly Dictionary<string, Subvolumes> _known = [];
    private readonly List<(string Mountable, bool IsReadOnly)> _snapshots = [];

    /// <summary>Whether two mountables are subvolumes of one file system.</summary>
    public static bool AreOnOneDevice(string mountable, string other) => DeviceOf(mountable) == DeviceOf(other);

    /// <summary>Whether a mountable is a subvolume that was made from another one. The one that is mounted by default is in use, whatever it was made from.</summary>
    /// <param name="type">Type of the file system.</param>
    public bool IsSnapshot(string mountable, string type)
    {
        if (type != "btrfs" || !Mountable.IsSubvolume(mountable))
        {
            return false;
        }

        var parsed = DeviceResolver.Parse(mountable);
        var subvolumes = Of(parsed.Device);
        if (subvolumes.List.Find(entry => entry.Path == parsed.Subvolume) is not { } entry || !subvolumes.Snapshots.TryGetValue(entry.Id, out var isReadOnly))
        {
            return false;
        }

        _snapshots.Add((mountable, isReadOnly));
        return true;
    }

    /// <summary>The snapshots that were met on file systems on which nothing has been found, those that can be written first.</summary>
    public IEnumerable<string> SnapshotsOfDevicesWithout(IReadOnlyCollection<string> found)
    {
        var devices = found.Select(DeviceOf).ToHashSet();
        return _snapshots.Where(snapshot => !devices.Contains(DeviceOf(snapshot.Mountable)))
            .OrderBy(snapshot => snapshot.IsReadOnly)
            .Select(snapshot => snapshot.Mountable);
    }

    /// <summary>The name of a subvolume by its number; null where there is none.</summary>
    public string? NameOf(string device, ulong id) => Of(device) is var subvolumes && id != subvolumes.Default
        ? subvolumes.List.Find(entry => entry.Id == id)?.Path
        : null;

    private static string DeviceOf(string mountable) => DeviceResolver.Parse(mountable).Device;

    private Subvolumes Of(string device)
    {
        if (!_known.TryGetValue(device, out var subvolumes))
        {
            _known[device] = subvolumes = TryRead(device);
        }

        return subvolumes;
    }

    private Subvolumes TryRead(string device)
    {
        try
        {
            return btrfs.With(device, Subvolumes.Read);
        }
        catch (Exception e) when (e is DaemonException or PosixException)
        {
            ConsoleLine.Write($"inspection: {device}: {e.Message}");
            return new([], [], BtrfsSubvolumes.TopId);
        }
    }

    private sealed record Subvolumes(List<BtrfsSubvolumeEntry> List, Dictionary<ulong, bool> Snapshots, ulong Default)
    {
        public static Subvolumes Read(SafeFileHandle folder) =>
            new(BtrfsSubvolumes.List(folder), BtrfsSubvolumes.Snapshots(folder), BtrfsSubvolumes.DefaultId(folder));
    }
}
