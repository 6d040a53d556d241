using System.Globalization;
using VirtTools.Daemon.Btrfs;
using VirtTools.Daemon.Native;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on subvolumes of btrfs.</summary>
internal sealed class BtrfsSubvolumeActions(BtrfsProgram btrfs) : UnsupportedBtrfsSubvolumeActions
{
    public override BtrfsSubvolume[] BtrfsSubvolumeList(string fs) =>
        [.. BtrfsOutput.Subvolumes(btrfs.RunOnFileSystem(fs, MountFlags.ReadOnly, "subvolume", "list"))];

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

    public override long BtrfsSubvolumeGetDefault(string fs) =>
        BtrfsOutput.DefaultSubvolume(btrfs.RunOnFileSystem(fs, MountFlags.ReadOnly, "subvolume", "get-default"))
        ?? throw new DaemonException("EIO", $"{fs}: btrfs does not name the default subvolume");

    public override void BtrfsSubvolumeSetDefault(long id, string fs) =>
        btrfs.Run(fs, "subvolume", "set-default", id.ToString(CultureInfo.InvariantCulture));
}
