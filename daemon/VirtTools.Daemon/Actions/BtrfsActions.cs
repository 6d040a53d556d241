using System.Globalization;
using System.Runtime.InteropServices;
using VirtTools.Daemon.Btrfs;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on btrfs file systems and the devices that they are on.</summary>
internal sealed class BtrfsActions(GuestRoot root, DeviceResolver resolver, BtrfsProgram btrfs) : UnsupportedBtrfsActions
{
    private const uint NewFileMode = 0x1B6; // 0666, less the umask

    public override void MkfsBtrfs(
        IReadOnlyList<string> devices, long? allocStart, long? byteCount, string? dataType, int? leafSize, string? label, string? metadata,
        int? nodeSize, int? sectorSize)
    {
        if (devices.Count == 0)
        {
            throw new DaemonException("EINVAL", "devices: at least one device is needed");
        }

        if (allocStart is not (null or 0))
        {
            throw new DaemonException("ENOTSUP", "allocstart: mkfs.btrfs has no such option any more");
        }

        List<string> argv = ["mkfs.btrfs", "--force", "--quiet"];
        Add(argv, "--byte-count", "bytecount", byteCount, least: 1);
        // Leaves and nodes have been the same size since btrfs-progs 4.0.
        Add(argv, "--nodesize", "nodesize", nodeSize ?? leafSize, least: 1);
        Add(argv, "--sectorsize", "sectorsize", sectorSize, least: 1);
        Add(argv, "--data", "datatype", dataType, Profile);
        Add(argv, "--metadata", "metadata", metadata, Profile);
        Add(argv, "--label", "label", label, (text, _) => text);
        ProgramRunner.Run([.. argv, "--", .. devices]);
    }

    public override string[] BtrfsFilesystemShow(string device)
    {
        var text = ProgramRunner.Run(["btrfs", "filesystem", "show", "--", device]);
        if (BtrfsOutput.HasMissingDevices(text))
        {
            throw new DaemonException("ENODEV", $"{resolver.ToApi(device)}: the btrfs misses some of its devices");
        }

        return [.. BtrfsOutput.Devices(text)];
    }

    public override void BtrfsFilesystemSync(string fs) => btrfs.Run(fs, "filesystem", "sync");

    public override void BtrfsFilesystemBalance(string fs) => btrfs.Run(fs, "balance", "start", "--full-balance");

    public override void BtrfsFilesystemResize(string mountpoint, long? size)
    {
        if (size is <= 0)
        {
            throw new DaemonException("EINVAL", $"size: {size} is not more than 0");
        }

        try
        {
            btrfs.Run(mountpoint, "filesystem", "resize", size is { } bytes ? Text(bytes) : "max");
        }
        catch (DaemonException e) when (e.Message.Contains("Invalid argument", StringComparison.Ordinal))
        {
            // btrfs_ioctl_resize refuses sizes below 256 MiB with that and nothing else.
            throw new DaemonException("EINVAL", $"{e.Message.TrimEnd()}; the kernel knows no btrfs that is resized to less than 256 MiB, whatever it was before");
        }
    }

    public override void BtrfsFilesystemDefragment(string path, bool? flush, string? compress)
    {
        List<string> command = ["filesystem", "defragment", "-r"];
        if (flush == true)
        {
            command.Add("-f");
        }

        if (compress is not null)
        {
            command.Add(compress is "zlib" or "lzo" or "zstd"
                ? $"-c{compress}"
                : throw new DaemonException("EINVAL", $"compress: not zlib, lzo or zstd: {compress}"));
        }

        btrfs.Run(path, [.. command]);
    }

    public override void BtrfsDeviceAdd(IReadOnlyList<string> devices, string fs)
    {
        if (devices.Count > 0)
        {
            btrfs.Run(fs, ["device", "add", "--force", "--", .. devices]);
        }
    }

    public override void BtrfsDeviceDelete(IReadOnlyList<string> devices, string fs)
    {
        if (devices.Count > 0)
        {
            btrfs.Run(fs, ["device", "delete", "--", .. devices]);
        }
    }

    public override void BtrfsSetSeeding(string device, bool seeding) => BtrfstuneSeeding(device, seeding);

    public override void BtrfsFsck(string device, long? superBlock, bool? repair)
    {
        List<string> argv = ["btrfs", "check"];
        Add(argv, "--super", "superblock", superBlock, least: 0);
        if (repair == true)
        {
            argv.AddRange(["--repair", "--force"]);
        }

        ProgramRunner.Run([.. argv, "--", device]);
    }

    public override void BtrfsImage(IReadOnlyList<string> source, string image, int? compressLevel)
    {
        if (source.Count == 0)
        {
            throw new DaemonException("EINVAL", "source: at least one device is needed");
        }

        List<string> argv = ["btrfs-image"];
        if (compressLevel is < 0 or > 9)
        {
            throw new DaemonException("EINVAL", $"compresslevel: {compressLevel} is not 0 to 9");
        }

        Add(argv, "-c", "compresslevel", compressLevel, least: 0);
        using var file = root.Open(image, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, NewFileMode);
        SafeHandle[] inherited = [file];
        ProgramRunner.Run([.. argv, "--", .. source, ProgramRunner.InheritedPath(0)], inherited);
    }

    public override void BtrfsReplace(string srcDev, string targetDev, string mntPoint) =>
        btrfs.Run(mntPoint, "replace", "start", "-B", "-f", "--", srcDev, targetDev);

    public override void BtrfsRescueChunkRecover(string device) => ProgramRunner.Run(["btrfs", "rescue", "chunk-recover", "-y", "--", device]);

    // Status 2: the superblocks were bad and have been repaired.
    public override void BtrfsRescueSuperRecover(string device)
    {
        string[] argv = ["btrfs", "rescue", "super-recover", "-y", "--", device];
        var completed = ProgramRunner.TryRun(argv);
        if (completed is not { End: RunEnd.Finished, Exit.ExitCode: 2 })
        {
            ProgramRunner.Require(argv, completed);
        }
    }

    public override void BtrfstuneSeeding(string device, bool seeding) =>
        ProgramRunner.Run(seeding ? ["btrfstune", "-S", "1", device] : ["btrfstune", "-f", "-S", "0", device]);

    public override void BtrfstuneEnableExtendedInodeRefs(string device) => ProgramRunner.Run(["btrfstune", "-r", device]);

    public override void BtrfstuneEnableSkinnyMetadataExtentRefs(string device) => ProgramRunner.Run(["btrfstune", "-x", device]);

    private static void Add(List<string> argv, string option, string argument, long? value, long least)
    {
        if (value is not { } number)
        {
            return;
        }

        if (number < least)
        {
            throw new DaemonException("EINVAL", $"{argument}: {number} is less than {least}");
        }

        argv.AddRange([option, Text(number)]);
    }

    private static void Add(List<string> argv, string option, string argument, string? value, Func<string, string, string> check)
    {
        if (value is not null)
        {
            argv.AddRange([option, check(value, argument)]);
        }
    }

    private static string Profile(string text, string argument) =>
        text is "raid0" or "raid1" or "raid1c3" or "raid1c4" or "raid10" or "raid5" or "raid6" or "single" or "dup"
            ? text
            : throw new DaemonException("EINVAL", $"{argument}: no such profile of btrfs: {text}");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
