using VirtTools.Daemon.Lvm;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Actions;

internal sealed partial class LvmActions
{
    public override void VgActivateAll(bool activate) => VgActivate(activate, []);

    public override void VgActivate(bool activate, IReadOnlyList<string> volGroups)
    {
        // Else the first question for a volume would undo what this does.
        activation.EnsureActive();
        lvm.Run("vgchange", ["-a", activate ? "y" : "n", "--", .. volGroups]);
        activation.AcceptPresent();
    }

    public override void Vgscan() => lvm.Run("vgscan");

    public override void LvmScan(bool activate)
    {
        lvm.Run("vgscan");
        if (activate)
        {
            ActivateByDefault();
        }
    }

    public override void Pvcreate(string device) => lvm.Run("pvcreate", "--force", "--yes", "--", device);

    public override void Vgcreate(string volGroup, IReadOnlyList<string> physVols) =>
        lvm.Run("vgcreate", ["--yes", "--", volGroup, .. physVols]);

    public override void Lvcreate(string logVol, string volGroup, int mbytes) =>
        lvm.Run("lvcreate", "--yes", "-L", $"{Text(mbytes)}M", "-n", logVol, "--", volGroup);

    public override void LvcreateFree(string logVol, string volGroup, int percent) =>
        lvm.Run("lvcreate", "--yes", "-l", $"{Percent(percent)}%FREE", "-n", logVol, "--", volGroup);

    public override void Lvresize(string device, int mbytes) =>
        lvm.Run("lvresize", "--force", "-L", $"{Text(mbytes)}M", "--", VolumeName(device));

    public override void LvresizeFree(string lv, int percent) =>
        lvm.Run("lvresize", "-l", $"+{Percent(percent)}%FREE", "--", VolumeName(lv));

    public override void Lvrename(string logVol, string newLogVol) => lvm.Run("lvrename", "--", logVol, newLogVol);

    public override void Vgrename(string volGroup, string newVolGroup) => lvm.Run("vgrename", "--", volGroup, newVolGroup);

    public override void Lvremove(string device) => lvm.Run("lvremove", "--force", "--", VolumeName(device));

    public override void Vgremove(string vgName) => lvm.Run("vgremove", "--force", "--", vgName);

    public override void Pvremove(string device) => lvm.Run("pvremove", "--force", "--yes", "--", device);

    public override void LvmRemoveAll()
    {
        foreach (var group in Vgs())
        {
            lvm.Run("vgremove", "--force", "--yes", "--", group);
        }

        foreach (var device in Pvs())
        {
            lvm.Run("pvremove", "--force", "--yes", "--", device);
        }
    }

    public override void Pvresize(string device) => lvm.Run("pvresize", "--", device);

    public override void PvresizeSize(string device, long size) =>
        lvm.Run("pvresize", "--yes", "--setphysicalvolumesize", $"{Text(size)}b", "--", device);

    public override void PvchangeUuid(string device) => lvm.Run("pvchange", "-u", "--", device);

    public override void PvchangeUuidAll() => lvm.Run("pvchange", "-u", "-a");

    public override void VgchangeUuid(string vg) => lvm.Run("vgchange", "-u", "--", vg);

    public override void VgchangeUuidAll() => lvm.Run("vgchange", "-u");

    public override void LvmSetFilter(IReadOnlyList<string> devices) => SetFilter(LvmFilter.For(devices, tree));

    public override void LvmClearFilter() => SetFilter([]);

    // Volumes that the new filter hides must not stay active, since no command could take them away any more.
    private void SetFilter(IReadOnlyList<string> patterns)
    {
        lvm.Run("vgchange", "-a", "n");
        lvm.SetFilter(patterns);
        activation.AcceptPresent();
        LvmScan(activate: true);
        activation.AcceptPresent();
    }

    private void ActivateByDefault() => lvm.Run("vgchange", "-a", "ay", "--sysinit");

    private static string Percent(int percent) =>
        percent is >= 1 and <= 100 ? Text(percent) : throw new DaemonException("EINVAL", $"percent: {percent} is not 1 to 100");
}
