using System.Globalization;
using VirtTools.Daemon.Btrfs;
using VirtTools.Daemon.Native;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on quotas, balancing and scrubbing of btrfs.</summary>
internal sealed class BtrfsMaintenanceActions(BtrfsProgram btrfs) : UnsupportedBtrfsMaintenanceActions
{
    public override void BtrfsQuotaEnable(string fs, bool enable) =>
        btrfs.RunOnFileSystem(fs, MountFlags.None, "quota", enable ? "enable" : "disable");

    public override void BtrfsQuotaRescan(string fs) => btrfs.RunOnFileSystem(fs, MountFlags.None, "quota", "rescan");

    public override void BtrfsQgroupCreate(string qgroupId, string subvolume) => btrfs.Run(subvolume, "qgroup", "create", "--", qgroupId);

    public override void BtrfsQgroupDestroy(string qgroupId, string subvolume) => btrfs.Run(subvolume, "qgroup", "destroy", "--", qgroupId);

    public override void BtrfsQgroupLimit(string subvolume, long size) =>
        btrfs.Run(subvolume, "qgroup", "limit", "--", size.ToString(CultureInfo.InvariantCulture));

    public override BtrfsQgroup[] BtrfsQgroupShow(string path) => [.. BtrfsOutput.Qgroups(btrfs.Run(path, "qgroup", "show", "--raw"))];

    public override void BtrfsQgroupAssign(string src, string dst, string path) => btrfs.Run(path, "qgroup", "assign", "--", src, dst);

    public override void BtrfsQgroupRemove(string src, string dst, string path) => btrfs.Run(path, "qgroup", "remove", "--", src, dst);

    public override void BtrfsBalancePause(string path) => btrfs.Run(path, "balance", "pause");

    public override void BtrfsBalanceResume(string path) => btrfs.Run(path, "balance", "resume");

    public override void BtrfsBalanceCancel(string path) => btrfs.Run(path, "balance", "cancel");

    // The exit status is 1 while a balance runs.
    public override BtrfsBalance BtrfsBalanceStatus(string path)
    {
        var completed = btrfs.TryRun(path, "balance", "status");
        return completed.OutputText.Length > 0
            ? BtrfsOutput.Balance(completed.OutputText)
            : throw new DaemonException("EINVAL", $"{path}: {completed.ErrorText}");
    }

    public override void BtrfsScrubStart(string path) => btrfs.Run(path, "scrub", "start");

    public override void BtrfsScrubResume(string path) => btrfs.Run(path, "scrub", "resume");

    public override void BtrfsScrubCancel(string path) => btrfs.Run(path, "scrub", "cancel");

    public override BtrfsScrub BtrfsScrubStatus(string path) => BtrfsOutput.Scrub(btrfs.Run(path, "scrub", "status", "-R"));

    public override void BtrfsScrubFull(string path, bool? readOnly) =>
        btrfs.Run(path, readOnly == true ? ["scrub", "start", "-B", "-r"] : ["scrub", "start", "-B"]);
}
