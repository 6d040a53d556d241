using System.Globalization;
using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Btrfs;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Filesystems;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on subvolumes of btrfs.</summary>
internal sealed class BtrfsSubvolumeActions(GuestRoot root, BtrfsProgram btrfs, BtrfsView view) : UnsupportedBtrfsSubvolumeActions
{
    public override BtrfsSubvolume[] BtrfsSubvolumeList(string fs) =>
        [.. OnFileSystem(fs, BtrfsSubvolumes.List).Select(entry => new BtrfsSubvolume(entry.Id, entry.ParentId, entry.Path))];

    public override void BtrfsSubvolumeCreate(string dest, string? qgroupId) =>
        btrfs.RunOnName(dest, qgroupId is null ? ["subvolume", "create"] : ["subvolume", "create", "-i", qgroupId]);

    public override void BtrfsSubvolumeSnapshot(string source, string dest, bool? ro, string? qgroupId)
    {
        List<string> command = ["subvolume", "snapshot"];
        if (ro == true)
        {
            command.Add("-r");
        }

        if (qgroupId is not null)
        {
            command.AddRange(["-i", qgroupId]);
        }

        btrfs.RunOnPathAndName(source, dest, [.. command]);
    }

    public override void BtrfsSubvolumeDelete(string subvolume) => btrfs.RunOnName(subvolume, "subvolume", "delete");

    public override OrderedDictionary<string, string> BtrfsSubvolumeShow(string subvolume) =>
        BtrfsOutput.Fields(btrfs.Run(subvolume, "subvolume", "show"));

    public override long BtrfsSubvolumeGetDefault(string fs) => (long)OnFileSystem(fs, BtrfsSubvolumes.DefaultId);

    public override void BtrfsSubvolumeSetDefault(long id, string fs) =>
        btrfs.Run(fs, "subvolume", "set-default", id.ToString(CultureInfo.InvariantCulture));

    private T OnFileSystem<T>(string mountableOrPath, Func<SafeFileHandle, T> work)
    {
        if (Mountable.IsSubvolume(mountableOrPath) || mountableOrPath.StartsWith("/dev/", StringComparison.Ordinal))
        {
            return view.With(DeviceResolver.Parse(mountableOrPath).Device, work);
        }

        using var folder = root.OpenFolder(mountableOrPath);
        return work(folder);
    }
}
