using System.Globalization;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Lvm;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on physical volumes, volume groups and logical volumes.</summary>
internal sealed partial class LvmActions(
    DeviceTree tree, DeviceResolver devices, StorageActivation activation, LvmProgram lvm) : UnsupportedLvmActions
{
    private const string LvmUuidPrefix = "LVM-";

    // Not: parts of mirrors, pools and snapshots, nor what asks to be left alone.
    private const string UsableVolumes = "lv_role=public && lv_skip_activation!=yes";

    public override string[] Pvs() =>
        Sorted(Report("pvs", ["pv_name"]).Select(row => row.Text("pv_name")).Where(name => name.StartsWith('/')));

    public override string[] Vgs() => Sorted(Report("vgs", ["vg_name"]).Select(row => row.Text("vg_name")));

    public override string[] Lvs() =>
        Sorted(Report("lvs", ["vg_name", "lv_name"], "-S", UsableVolumes).Select(row => $"/dev/{row.Text("vg_name")}/{row.Text("lv_name")}"));

    public override LvmPv[] PvsFull() =>
        [.. Report("pvs",
        [
            "pv_name", "pv_uuid", "pv_fmt", "pv_size", "dev_size", "pv_free", "pv_used", "pv_attr", "pv_pe_count", "pv_pe_alloc_count", "pv_tags",
            "pe_start", "pv_mda_count", "pv_mda_free",
        ]).Select(row => new LvmPv(
            devices.ToApi(row.Text("pv_name")), row.Uuid("pv_uuid"), row.Text("pv_fmt"), row.Number("pv_size"), row.Number("dev_size"), row.Number("pv_free"),
            row.Number("pv_used"), row.Text("pv_attr"), row.Number("pv_pe_count"), row.Number("pv_pe_alloc_count"), row.Text("pv_tags"),
            row.Number("pe_start"), row.Number("pv_mda_count"), row.Number("pv_mda_free")))];

    public override LvmVg[] VgsFull() =>
        [.. Report("vgs",
        [
            "vg_name", "vg_uuid", "vg_fmt", "vg_attr", "vg_size", "vg_free", "vg_sysid", "vg_extent_size", "vg_extent_count", "vg_free_count",
            "max_lv", "max_pv", "pv_count", "lv_count", "snap_count", "vg_seqno", "vg_tags", "vg_mda_count", "vg_mda_free",
        ]).Select(row => new LvmVg(
            row.Text("vg_name"), row.Uuid("vg_uuid"), row.Text("vg_fmt"), row.Text("vg_attr"), row.Number("vg_size"), row.Number("vg_free"),
            row.Text("vg_sysid"), row.Number("vg_extent_size"), row.Number("vg_extent_count"), row.Number("vg_free_count"), row.Number("max_lv"),
            row.Number("max_pv"), row.Number("pv_count"), row.Number("lv_count"), row.Number("snap_count"), row.Number("vg_seqno"),
            row.Text("vg_tags"), row.Number("vg_mda_count"), row.Number("vg_mda_free")))];

    public override LvmLv[] LvsFull() =>
        [.. Report("lvs",
        [
            "lv_name", "lv_uuid", "lv_attr", "lv_major", "lv_minor", "lv_kernel_major", "lv_kernel_minor", "lv_size", "seg_count", "origin",
            "snap_percent", "copy_percent", "move_pv", "lv_tags", "mirror_log", "modules",
        ]).Select(row => new LvmLv(
            row.Text("lv_name"), row.Uuid("lv_uuid"), row.Text("lv_attr"), row.Number("lv_major"), row.Number("lv_minor"),
            row.Number("lv_kernel_major"), row.Number("lv_kernel_minor"), row.Number("lv_size"), row.Number("seg_count"), row.Text("origin"),
            row.Percent("snap_percent"), row.Percent("copy_percent"), row.Text("move_pv"), row.Text("lv_tags"), row.Text("mirror_log"),
            row.Text("modules")))];

    public override bool IsLv(string mountable) => !Mountable.IsSubvolume(mountable) && MapperName(mountable) is not null;

    public override string LvmCanonicalLvName(string lvName)
    {
        var device = devices.Resolve(lvName, "lvname");
        var mapperName = MapperName(device) ?? throw new DaemonException("EINVAL", $"{lvName}: not a logical volume");
        return devices.ToApi($"/dev/mapper/{mapperName}");
    }

    public override string Pvuuid(string device) => First(Report("pvs", ["pv_uuid"], "--", device), "pv_uuid");

    public override string Vguuid(string vgName) => First(Report("vgs", ["vg_uuid"], "--", vgName), "vg_uuid");

    public override string Lvuuid(string device) => First(Report("lvs", ["lv_uuid"], "--", VolumeName(device)), "lv_uuid");

    public override string[] Vgpvuuids(string vgName) => All(Report("vgs", ["pv_uuid"], "--", vgName), "pv_uuid");

    public override string[] Vglvuuids(string vgName) => All(Report("vgs", ["lv_uuid"], "--", vgName), "lv_uuid");

    public override byte[] Vgmeta(string vgName)
    {
        const int LargestMetadata = 4 * 1024 * 1024;
        var folder = Descriptors.CreateTemporaryDirectory("/tmp/vgmeta");
        var path = $"{folder}/metadata";
        try
        {
            lvm.Run("vgcfgbackup", "--file", path, "--", vgName);
            using var file = Descriptors.Open(path, OpenFlags.ReadOnly);
            var length = Descriptors.SizeOf(file);
            if (length > LargestMetadata)
            {
                throw new DaemonException("EFBIG", $"{vgName}: the metadata of the volume group has {length} bytes");
            }

            var content = new byte[length];
            return content.AsSpan(0, Descriptors.ReadAt(file, content, 0)).ToArray();
        }
        finally
        {
            RemoveFile(path);
            Descriptors.RemoveDirectory(folder);
        }
    }

    // Physical volumes may be on arrays that nobody has asked for yet.
    private List<LvmReportRow> Report(string command, ReadOnlySpan<string> fields, params ReadOnlySpan<string> arguments)
    {
        activation.EnsureActive();
        return lvm.Report(command, fields, arguments);
    }

    // The device-mapper name of a logical volume; null for any other device.
    private string? MapperName(string device)
    {
        if (Descriptors.TryStat(device) is not { Kind: FileKind.BlockDevice } status)
        {
            return null;
        }

        var mapper = $"{tree.SysFolder}/dev/block/{status.RawDevice.Major}:{status.RawDevice.Minor}/dm";
        return Paths.SmallFile.TryRead($"{mapper}/uuid")?.StartsWith(LvmUuidPrefix, StringComparison.Ordinal) == true
            ? Paths.SmallFile.TryRead($"{mapper}/name")
            : null;
    }

    // lvm does not take every name that the kernel has for a volume, but always the one below the name of the group.
    private string VolumeName(string device) =>
        MapperName(device) is { } mapperName ? devices.ToApi($"/dev/mapper/{mapperName}") : device;

    private static string First(List<LvmReportRow> rows, string field) =>
        rows.Count > 0 ? rows[0].Text(field) : throw new DaemonException("ENOENT", $"lvm reports no {field}");

    private static string[] All(List<LvmReportRow> rows, string field) => [.. rows.Select(row => row.Text(field)).Where(uuid => uuid.Length > 0)];

    private static string[] Sorted(IEnumerable<string> names)
    {
        var sorted = names.ToArray();
        Array.Sort(sorted, StringComparer.Ordinal);
        return sorted;
    }

    private static void RemoveFile(string path)
    {
        if (Descriptors.TryStat(path) is not null)
        {
            Descriptors.Unlink(path);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
