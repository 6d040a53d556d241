using System.Globalization;
using VirtTools.Daemon.Partitions;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Actions;

internal sealed partial class PartitionActions
{
    private const int FirstSectorOfWholeDisk = 128;
    private const int SectorsAfterWholeDisk = 128;

    public override void PartInit(string device, string partType)
    {
        RunParted(device, "mklabel", TableType(partType));
        _nodes.Settle(device);
    }

    public override void PartAdd(string device, string prlogex, long startSect, long endSect)
    {
        if (startSect == long.MinValue || endSect == long.MinValue)
        {
            throw new DaemonException("EINVAL", "startsect, endsect: out of range");
        }

        RunParted(device, "mkpart", EntryKind(prlogex), Sectors(startSect), Sectors(endSect));
        _nodes.Settle(device);
    }

    public override void PartDel(string device, int partNum)
    {
        CheckNumber(partNum);
        RunParted(device, "rm", Number(partNum));
        _nodes.Settle(device);
    }

    public override void PartDisk(string device, string partType)
    {
        var type = TableType(partType);
        // A GPT table has its second copy at the end of the device; an MBR leaves room for one (conformance case test_blkid_0).
        RunParted(
            device, "mklabel", type, "mkpart", type == "gpt" ? "p1" : "primary", Sectors(FirstSectorOfWholeDisk), Sectors(-SectorsAfterWholeDisk));
        _nodes.Settle(device);
    }

    public override void PartResize(string device, int partNum, long endSect)
    {
        CheckNumber(partNum);
        // parted asks before it makes a partition smaller, and in script mode takes no for an answer.
        ProgramRunner.RunWithInput(
            ["parted", "---pretend-input-tty", "--", device, "resizepart", Number(partNum), Sectors(endSect)], "Yes\n"u8.ToArray());
        _nodes.Settle(device);
    }

    public override void PartSetBootable(string device, int partNum, bool bootable)
    {
        CheckNumber(partNum);
        RunParted(device, "set", Number(partNum), "boot", bootable ? "on" : "off");
        _nodes.Settle(device);
    }

    public override void PartSetName(string device, int partNum, string name)
    {
        CheckNumber(partNum);
        switch (PartitionedDisk.Read(device))
        {
            case { Kind: TableKind.Gpt } table:
                Entry(table, device, partNum);
                // parted takes its arguments apart as a command language; sgdisk takes the rest of the argument as it is.
                RunSgdisk(device, "-c", $"{Number(partNum)}:{name}");
                break;
            case { Kind: TableKind.Mbr }:
                throw new DaemonException("EINVAL", $"{Shown(device)}: an MBR partition table has no names");
            default:
                RunParted(device, "name", Number(partNum), Quoted(name));
                break;
        }

        _nodes.Settle(device);
    }

    public override void PartSetMbrId(string device, int partNum, int idByte)
    {
        CheckNumber(partNum);
        if (idByte is < 0 or > byte.MaxValue)
        {
            throw new DaemonException("EINVAL", $"idbyte: {idByte} is not 0 to 255");
        }

        if (PartitionedDisk.Read(device) is not { Kind: TableKind.Mbr } table)
        {
            throw new DaemonException("EINVAL", $"{Shown(device)}: the device has no MBR partition table");
        }

        Entry(table, device, partNum);
        ProgramRunner.Run(["sfdisk", "--part-type", device, Number(partNum), idByte.ToString("x", CultureInfo.InvariantCulture)]);
        _nodes.Settle(device);
    }

    public override void PartSetGptType(string device, int partNum, string guid)
    {
        GptEntry(device, partNum);
        RunSgdisk(device, "-t", $"{Number(partNum)}:{CheckGuid(guid)}");
        _nodes.Settle(device);
    }

    public override void PartSetGptGuid(string device, int partNum, string guid)
    {
        GptEntry(device, partNum);
        RunSgdisk(device, "-u", $"{Number(partNum)}:{CheckGuid(guid)}");
        _nodes.Settle(device);
    }

    public override void PartSetGptAttributes(string device, int partNum, long attributes)
    {
        GptEntry(device, partNum);
        RunSgdisk(device, "-A", $"{Number(partNum)}:=:{(ulong)attributes:X16}");
        _nodes.Settle(device);
    }

    public override void PartSetDiskGuid(string device, string guid)
    {
        PartitionedDisk.ReadGpt(device, Shown(device));
        RunSgdisk(device, "-U", CheckGuid(guid));
        _nodes.Settle(device);
    }

    public override void PartSetDiskGuidRandom(string device)
    {
        PartitionedDisk.ReadGpt(device, Shown(device));
        RunSgdisk(device, "-U", "R");
        _nodes.Settle(device);
    }

    public override void PartExpandGpt(string device)
    {
        RunSgdisk(device, "-e");
        _nodes.Settle(device);
    }

    private static void RunParted(string device, params string[] command) => ProgramRunner.Run(["parted", "-s", "--", device, .. command]);

    private static void RunSgdisk(string device, params string[] options) => ProgramRunner.Run(["sgdisk", .. options, device]);

    private static string TableType(string type) => type switch
    {
        "mbr" or "msdos" => "msdos",
        "gpt" or "efi" => "gpt",
        "aix" or "amiga" or "bsd" or "dasd" or "dvh" or "loop" or "mac" or "pc98" or "sun" => type,
        "rdb" => "amiga",
        _ => throw new DaemonException("EINVAL", $"parttype: unknown type of partition table: {type}"),
    };

    private static string EntryKind(string kind) => kind switch
    {
        "primary" or "p" => "primary",
        "extended" or "e" => "extended",
        "logical" or "l" => "logical",
        _ => throw new DaemonException("EINVAL", $"prlogex: not primary, extended or logical: {kind}"),
    };

    private static string CheckGuid(string text) =>
        Guid.TryParseExact(text, "D", out var guid) ? Text(guid) : throw new DaemonException("EINVAL", $"guid: not a GUID: {text}");

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Sectors(long number) => number.ToString(CultureInfo.InvariantCulture) + "s";

    // The command language of parted: a word in double quotes, with backslashes in front of what would end it.
    private static string Quoted(string name) =>
        '"' + name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';
}
