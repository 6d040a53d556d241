using System.Buffers.Binary;
using System.Globalization;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Ext;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions that only ext2, ext3 and ext4 file systems have.</summary>
internal sealed partial class ExtFilesystemActions(GuestRoot root, DeviceResolver devices) : UnsupportedExtFilesystemActions
{
    private const int LongestLabel = 16;
    private const int SmallestUnit = 1024;
    private const uint GetFlags = 0x8008_6601; // FS_IOC_GETFLAGS
    private const uint SetFlags = 0x4008_6602; // FS_IOC_SETFLAGS
    private const uint GetVersion = 0x8008_7601; // FS_IOC_GETVERSION
    private const uint SetVersion = 0x4008_7602; // FS_IOC_SETVERSION

    public override OrderedDictionary<string, string> Tune2fsL(string device) =>
        Tune2fsOutput.Parse(ProgramRunner.Run(["tune2fs", "-l", device]));

    public override void Tune2fs(
        string device, bool? force, int? maxMountCount, int? mountCount, string? errorBehavior, long? group, int? intervalBetweenChecks,
        int? reservedBlocksPercentage, string? lastMountedDirectory, long? reservedBlocksCount, long? user)
    {
        var options = new OptionList();
        options.Flag("-f", force);
        // -1 turns the check off, as 0 does for tune2fs.
        options.Number("-c", "maxmountcount", maxMountCount, least: -1);
        options.Number("-C", "mountcount", mountCount, least: 0);
        options.Word("-e", "errorbehavior", errorBehavior, "continue", "remount-ro", "panic");
        options.Number("-g", "group", group, least: 0);
        if (intervalBetweenChecks is { } seconds)
        {
            options.Number("-i", "intervalbetweenchecks", seconds, least: 0, suffix: "s");
        }

        options.Number("-m", "reservedblockspercentage", reservedBlocksPercentage, least: 0);
        options.Text("-M", lastMountedDirectory);
        options.Number("-r", "reservedblockscount", reservedBlocksCount, least: 0);
        options.Number("-u", "user", user, least: 0);
        ProgramRunner.Run(["tune2fs", .. options.Words, device]);
    }

    public override void E2fsck(string device, bool? correct, bool? forceAll, bool? forceNo)
    {
        if ((correct == true ? 1 : 0) + (forceAll == true ? 1 : 0) + (forceNo == true ? 1 : 0) > 1)
        {
            throw new DaemonException("EINVAL", "only one of the options 'correct', 'forceall' and 'forceno' may be given");
        }

        Check(device, correct == true ? "-p" : forceAll == true ? "-y" : forceNo == true ? "-n" : null);
    }

    public override void E2fsckF(string device) => Check(device, "-p");

    public override void Resize2fs(string device) => ProgramRunner.Run(["resize2fs", device]);

    public override void Resize2fsSize(string device, long size)
    {
        if (size <= 0 || size % SmallestUnit != 0)
        {
            throw new DaemonException("EINVAL", $"size: {size} is not a multiple of {SmallestUnit} bytes");
        }

        ProgramRunner.Run(["resize2fs", device, Text(size / SmallestUnit) + "K"]);
    }

    public override void Resize2fsM(string device) => ProgramRunner.Run(["resize2fs", "-M", device]);

    public override string GetE2label(string device) => BlockIdLibrary.Probe(device).Tag("LABEL") ?? "";

    public override void SetE2label(string device, string label)
    {
        if (ByteString.GetByteCount(label) > LongestLabel)
        {
            throw new DaemonException("EINVAL", $"label: an ext file system has room for {LongestLabel} bytes: {label}");
        }

        ProgramRunner.Run(["tune2fs", "-L", label, device]);
    }

    public override string GetE2uuid(string device) => BlockIdLibrary.Probe(device).Tag("UUID") ?? "";

    public override void SetE2uuid(string device, string uuid) => ProgramRunner.Run(["tune2fs", "-U", uuid, device]);

    public override string GetE2attrs(string file) => ExtAttributes.ToLetters(Get(file, GetFlags));

    public override void SetE2attrs(string file, string attrs, bool? clear)
    {
        var bits = ExtAttributes.FromLetters(attrs);
        var now = Get(file, GetFlags);
        Set(file, SetFlags, clear == true ? now & ~bits : now | bits);
    }

    public override long GetE2generation(string file) => Get(file, GetVersion);

    public override void SetE2generation(string file, long generation) =>
        Set(file, SetVersion, generation is >= 0 and <= uint.MaxValue
            ? (uint)generation
            : throw new DaemonException("EINVAL", $"generation: {generation} is not 0 to {uint.MaxValue}"));

    public override void Zerofree(string device) => ProgramRunner.Run(["zerofree", device]);

    // 1: repaired. 2: repaired, and to be mounted anew: it is not mounted here.
    private static void Check(string device, string? mode)
    {
        List<string> argv = mode is null ? ["e2fsck", "-f", device] : ["e2fsck", "-f", mode, device];
        var completed = ProgramRunner.TryRun(argv);
        if (completed is not { End: RunEnd.Finished, Exit.ExitCode: 1 or 2 })
        {
            ProgramRunner.Require(argv, completed);
        }
    }

    // The request numbers say long, the kernel moves an int.
    private uint Get(string file, uint request)
    {
        using var handle = root.OpenForReading(file);
        Span<byte> value = stackalloc byte[8];
        Kernel.Control(handle, request, value, file);
        return BinaryPrimitives.ReadUInt32LittleEndian(value);
    }

    private void Set(string file, uint request, uint number)
    {
        using var handle = root.OpenForReading(file);
        Span<byte> value = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(value, number);
        Kernel.Control(handle, request, value, file);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
