using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Partitions;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on partitions: the daemon reads MBR and GPT tables by itself, programs write.</summary>
internal sealed partial class PartitionActions(DeviceTree tree, DeviceResolver devices) : UnsupportedPartitionActions
{
    private const string WithoutTable = "loop"; // what parted says of a file system on the whole device
    private const ulong LegacyBootable = 1 << 2; // UEFI 2.10, table 5-8

    private static readonly Guid EfiSystem = new("C12A7328-F81F-11D2-BA4B-00A0C93EC93B");

    private readonly PartitionNodes _nodes = new(tree);

    public override Partition[] PartList(string device) =>
        PartitionedDisk.Read(device) is { } table
            ? [.. table.Entries.OrderBy(entry => entry.Start).Select(entry => new Partition(entry.Number, entry.Start, entry.End, entry.Size))]
            : [.. Parted(device).Entries.Select(entry => new Partition(entry.Number, entry.Start, entry.End, entry.Size))];

    public override string PartGetParttype(string device) => PartitionedDisk.Read(device) switch
    {
        { Kind: TableKind.Gpt } => "gpt",
        { Kind: TableKind.Mbr } => "msdos",
        _ when Parted(device).Table is not WithoutTable and var table => table,
        _ => throw new DaemonException("EINVAL", $"{Shown(device)}: the device has a file system and no partition table"),
    };

    public override bool PartGetBootable(string device, int partNum)
    {
        CheckNumber(partNum);
        if (PartitionedDisk.Read(device) is { } table)
        {
            var entry = Entry(table, device, partNum);
            return table.Kind == TableKind.Mbr ? entry.IsActive : entry.GptType == EfiSystem || (entry.GptAttributes & LegacyBootable) != 0;
        }

        return Entry(Parted(device), device, partNum).Flags.Contains("boot", StringComparison.Ordinal);
    }

    public override string PartGetName(string device, int partNum)
    {
        CheckNumber(partNum);
        return PartitionedDisk.Read(device) switch
        {
            { Kind: TableKind.Gpt } table => Entry(table, device, partNum).Name,
            { Kind: TableKind.Mbr } => throw new DaemonException("EINVAL", $"{Shown(device)}: an MBR partition table has no names"),
            _ => Entry(Parted(device), device, partNum).Name,
        };
    }

    public override int PartGetMbrId(string device, int partNum)
    {
        CheckNumber(partNum);
        return PartitionedDisk.Read(device) switch
        {
            { Kind: TableKind.Mbr } table => Entry(table, device, partNum).MbrType,
            { Kind: TableKind.Gpt } => throw new DaemonException("EINVAL", $"{Shown(device)}: a GPT partition table has no type bytes"),
            _ => throw new DaemonException("EINVAL", $"{Shown(device)}: the device has no MBR partition table"),
        };
    }

    public override string PartGetMbrPartType(string device, int partNum)
    {
        CheckNumber(partNum);
        if (PartitionedDisk.Read(device) is { } table)
        {
            return Entry(table, device, partNum).Role switch
            {
                PartitionRole.Extended => "extended",
                PartitionRole.Logical => "logical",
                _ => "primary",
            };
        }

        Entry(Parted(device), device, partNum);
        return "primary";
    }

    public override string PartGetGptType(string device, int partNum) => Text(GptEntry(device, partNum).GptType);

    public override string PartGetGptGuid(string device, int partNum) => Text(GptEntry(device, partNum).GptIdentity);

    public override long PartGetGptAttributes(string device, int partNum) => (long)GptEntry(device, partNum).GptAttributes;

    public override string PartGetDiskGuid(string device) => Text(PartitionedDisk.ReadGpt(device, Shown(device)).DiskIdentity);

    public override string PartToDev(string partition) => $"/dev/{Locate(partition).Disk}";

    public override int PartToPartnum(string partition) => Locate(partition).Number;

    private (string Disk, int Number) Locate(string partition)
    {
        var name = partition["/dev/".Length..];
        foreach (var disk in tree.WholeDevices())
        {
            if (name.StartsWith(disk, StringComparison.Ordinal)
                && int.TryParse(tree.Attribute($"{disk}/{name}", "partition"), out var number))
            {
                return (disk, number);
            }
        }

        throw new DaemonException("EINVAL", $"{Shown(partition)}: the device is not a partition");
    }

    private TableEntry GptEntry(string device, int number)
    {
        CheckNumber(number);
        return Entry(PartitionedDisk.ReadGpt(device, Shown(device)), device, number);
    }

    private TableEntry Entry(PartitionTable table, string device, int number) => table.Find(number) ?? throw NoSuch(device, number);

    private PartedEntry Entry(PartedListing listing, string device, int number) =>
        listing.Entries.FirstOrDefault(entry => entry.Number == number) ?? throw NoSuch(device, number);

    private DaemonException NoSuch(string device, int number) =>
        new("EINVAL", $"{Shown(device)}: the partition table lists no partition {number}");

    private PartedListing Parted(string device) => PartitionedDisk.ReadByParted(device, Shown(device));

    private string Shown(string device) => devices.ToApi(device);

    private static void CheckNumber(int number)
    {
        if (number <= 0)
        {
            throw new DaemonException("EINVAL", $"partnum: partition number {number} is not 1 or more");
        }
    }

    private static string Text(Guid guid) => guid.ToString("D").ToUpperInvariant();
}
