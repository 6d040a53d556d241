using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Daemon.Xfs;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions that only XFS file systems have.</summary>
internal sealed class XfsActions(GuestRoot root, DeviceResolver devices) : UnsupportedXfsActions
{
    public override XfsInfo XfsInfo(string pathOrDevice) =>
        XfsGeometry.ToStruct(Geometry(pathOrDevice), IsDevice(pathOrDevice) ? devices.ToApi(pathOrDevice) : pathOrDevice);

    public override OrderedDictionary<string, string> XfsInfo2(string pathOrDevice)
    {
        var fields = Geometry(pathOrDevice);
        fields["meta-data"] = IsDevice(pathOrDevice) ? devices.ToApi(pathOrDevice) : pathOrDevice;
        return fields;
    }

    public override void XfsGrowfs(
        string path, bool? dataSec, bool? logSec, bool? rtSec, long? dataSize, long? logSize, long? rtSize, long? rtExtSize, int? maxPct)
    {
        var options = new OptionList();
        options.Flag("-d", dataSec);
        options.Flag("-l", logSec);
        options.Flag("-r", rtSec);
        options.Number("-D", "datasize", dataSize, least: 0);
        options.Number("-L", "logsize", logSize, least: 0);
        options.Number("-R", "rtsize", rtSize, least: 0);
        options.Number("-e", "rtextsize", rtExtSize, least: 0);
        options.Number("-m", "maxpct", maxPct, least: 0);
        ProgramRunner.Run(["xfs_growfs", .. options.Words, MountedPath(path)]);
    }

    public override void XfsAdmin(
        string device, bool? extUnwritten, bool? imgFile, bool? v2log, bool? projId32Bit, bool? lazyCounter, string? label, string? uuid)
    {
        var options = new OptionList();
        options.Flag("-e", extUnwritten);
        options.Flag("-f", imgFile);
        options.Flag("-j", v2log);
        options.Flag("-p", projId32Bit);
        options.Text("-c", lazyCounter is { } lazy ? lazy ? "1" : "0" : null);
        options.Text("-L", label);
        options.Text("-U", uuid);
        ProgramRunner.Run(["xfs_admin", .. options.Words, device]);
    }

    public override int XfsRepair(
        string device, bool? forceLogZero, bool? noModify, bool? noPrefetch, bool? forceGeometry, long? maxMem, long? ihashSize, long? bhashSize,
        long? agstride, string? logDev, string? rtDev)
    {
        var options = new OptionList();
        options.Flag("-L", forceLogZero);
        options.Flag("-n", noModify);
        options.Flag("-P", noPrefetch);
        options.Setting("-o", forceGeometry == true ? "force_geometry" : null);
        options.Number("-m", "maxmem", maxMem, least: 0);
        options.Setting("-o", "ihash", "ihashsize", ihashSize, least: 0);
        options.Setting("-o", "bhash", "bhashsize", bhashSize, least: 0);
        options.Setting("-o", "ag_stride", "agstride", agstride, least: 0);
        options.Text("-l", logDev is null ? null : devices.Resolve(logDev, "logdev"));
        options.Text("-r", rtDev is null ? null : devices.Resolve(rtDev, "rtdev"));
        if (IsDevice(device))
        {
            return ProgramRunner.RunForStatus(["xfs_repair", .. options.Words, device]);
        }

        using var file = root.Open(device, OpenFlags.ReadWrite);
        return ProgramRunner.RunForStatus(["xfs_repair", "-f", .. options.Words, ProgramRunner.InheritedPath(0)], file);
    }

    private OrderedDictionary<string, string> Geometry(string pathOrDevice) => IsDevice(pathOrDevice)
        ? XfsGeometry.OfDevice(pathOrDevice)
        : XfsGeometry.Parse(ProgramRunner.Run(["xfs_spaceman", "-p", "xfs_info", "-c", "info", MountedPath(pathOrDevice)]));

    // These programs compare the path with the kernel's list of mounts, so a descriptor in /proc does not do. No guest runs that could change the
    // path between the two looks.
    private string MountedPath(string path)
    {
        using var located = root.Locate(path);
        var inGuest = root.PathOf(located);
        return inGuest == "/" ? root.Folder : root.Folder + inGuest;
    }

    private static bool IsDevice(string pathOrDevice) => pathOrDevice.StartsWith("/dev/", StringComparison.Ordinal);
}
