using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Boot;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Filesystems;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Inspection;

/// <summary>What inspection must know of a subvolume before it looks inside.</summary>
/// <param name="Family">Snapshots of one subvolume have the same: one root, in several states.</param>
/// <param name="IsSnapshot">Whether it is looked at only where nothing else of its family is a root.</param>
internal readonly record struct SubvolumePlace(string Family, bool IsSnapshot, bool IsReadOnly);

/// <summary>The subvolumes of the btrfs file systems. Each file system is asked once.</summary>
internal sealed class SubvolumeTable(BtrfsView btrfs)
{
    private readonly Dictionary<string, Subvolumes> _known = [];

    /// <summary>The place of a mountable; null where it is no btrfs, or cannot be read.</summary>
    /// <param name="type">Type of the file system.</param>
    public SubvolumePlace? PlaceOf(string mountable, string type)
    {
        if (type != "btrfs")
        {
            return null;
        }

        var parsed = DeviceResolver.Parse(mountable);
        var subvolumes = Of(parsed.Device);
        var isDefault = parsed.Subvolume is null;
        var id = isDefault ? subvolumes.Default : subvolumes.WithPath(parsed.Subvolume!);
        if (id is not { } known || !subvolumes.Origins.TryGetValue(known, out var origin))
        {
            return null;
        }

        // The one that is mounted by default is in use, whatever it was made from.
        return new($"{parsed.Device} {subvolumes.Families[origin.Uuid]}", origin.IsSnapshot && !isDefault, origin.IsReadOnly);
    }

    /// <summary>The name of a subvolume by its number; null where there is none.</summary>
    public string? NameOf(string device, ulong id) => Of(device) is var subvolumes && id != subvolumes.Default
        ? subvolumes.Paths.GetValueOrDefault(id)
        : null;

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

    private sealed class Subvolumes(List<BtrfsSubvolumeEntry> list, Dictionary<ulong, SubvolumeOrigin> origins, ulong standard)
    {
        private readonly Dictionary<string, ulong> _ids = list.GroupBy(entry => entry.Path).ToDictionary(entries => entries.Key, entries => entries.First().Id);

        public Dictionary<ulong, string> Paths { get; } = list.ToDictionary(entry => entry.Id, entry => entry.Path);

        public Dictionary<ulong, SubvolumeOrigin> Origins { get; } = origins;

        public Dictionary<Guid, Guid> Families { get; } = SubvolumeOrigin.Families(origins.Values);

        public ulong Default { get; } = standard;

        public ulong? WithPath(string path) => _ids.TryGetValue(path, out var id) ? id : null;

        public static Subvolumes Read(SafeFileHandle folder) =>
            new(BtrfsSubvolumes.List(folder), BtrfsSubvolumes.Origins(folder), BtrfsSubvolumes.DefaultId(folder));
    }
}
