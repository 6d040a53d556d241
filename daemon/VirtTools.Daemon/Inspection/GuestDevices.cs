using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Inspection.Windows;
using VirtTools.Daemon.Partitions;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Inspection;

/// <summary>
/// From the names and tags by which a guest finds its devices to the devices of the appliance. What it costs to look at all of them is spent when
/// the first tag is asked for, and once.
/// </summary>
/// <param name="devices">Turns the API's names into the kernel's.</param>
/// <param name="candidates">Devices on which list_filesystems found something, by the kernel's name.</param>
/// <param name="subvolume">Name of a btrfs subvolume by device and number; null where there is none.</param>
internal sealed class GuestDevices(
    DeviceTree tree, DeviceNames names, DeviceResolver devices, IReadOnlyList<string> candidates, Func<string, ulong, string?>? subvolume = null)
    : IPartitionFinder
{
    private const int LongestUuid = 64;

    private List<MdArray>? _arrays;
    private List<(string Device, BlockIdentity Identity)>? _contents;
    private List<FoundPartition>? _partitions;

    /// <summary>The device whose file system or swap space has a UUID.</summary>
    public string? WithUuid(string uuid) => Content("UUID", uuid, StringComparison.OrdinalIgnoreCase);

    /// <summary>The device whose file system or swap space has a label.</summary>
    public string? WithLabel(string label) => Content("LABEL", label, StringComparison.Ordinal);

    /// <summary>The partition with a PARTUUID.</summary>
    public string? WithPartitionUuid(string uuid) =>
        Partitions.Find(partition => partition.Identity.Equals(uuid, StringComparison.OrdinalIgnoreCase))?.Device;

    /// <summary>The partition with a name in a GPT table.</summary>
    public string? WithPartitionLabel(string label) =>
        label.Length == 0 ? null : Partitions.Find(partition => partition.Entry.Name == label)?.Device;

    /// <summary>The partition of a disk with an MBR table by the disk's signature and the byte at which the partition starts.</summary>
    public string? OnDiskWithSignature(uint signature, long start) => Partitions.Find(partition =>
        partition.Table.Kind == TableKind.Mbr && partition.Table.DiskSignature == signature && partition.Entry.Start == start)?.Device;

    /// <summary>A device by a name that the API knows.</summary>
    public string? Named(string device)
    {
        try
        {
            return devices.Resolve(device, "device");
        }
        catch (DaemonException)
        {
            return null;
        }
    }

    /// <summary>A disk or partition by the number of its disk.</summary>
    /// <param name="disk">From 0.</param>
    /// <param name="partition">Partition number as text, empty for the whole disk.</param>
    public string? OnDisk(int disk, string partition) => Named($"/dev/sd{DiskName.Letters(disk)}{partition}");

    /// <summary>The md array with a UUID, as mdadm writes it: four groups of digits with colons between.</summary>
    public string? ArrayWithUuid(string uuid) => Arrays.Find(array => array.Uuid.Equals(uuid, StringComparison.OrdinalIgnoreCase))?.Device;

    /// <summary>The md array with a name, which may have that of its host and a colon in front.</summary>
    public string? ArrayWithName(string name) =>
        Arrays.Find(array => array.Name == name || array.Name.EndsWith(":" + name, StringComparison.Ordinal))?.Device;

    /// <summary>The opened device of an encrypted one, by the UUID of the latter.</summary>
    public string? OpenedWithUuid(string uuid)
    {
        // cryptsetup: CRYPT-LUKS2-UUID without hyphens-name
        var digits = uuid.Replace("-", "", StringComparison.Ordinal);
        return digits.Length is 0 or > LongestUuid ? null : Opened((mapped, _) => mapped.Uuid.Split('-') is ["CRYPT", _, var id, ..]
            && id.Equals(digits, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The opened device of an encrypted one, by the device of the latter.</summary>
    public string? OpenedOver(string device) => Opened((mapped, below) =>
        mapped.Uuid.StartsWith("CRYPT-", StringComparison.Ordinal) && below.Contains(System.IO.Path.GetFileName(device)));

    /// <summary>The name of a btrfs subvolume by its number.</summary>
    public string? SubvolumeWithId(string device, ulong id) => subvolume?.Invoke(device, id);

    private List<MdArray> Arrays => _arrays ??= [.. new BlockDevices(tree, names).Arrays().Select(MdArray.Read).OfType<MdArray>()];

    private string? Opened(Func<MappedDevice, string[], bool> isWanted) => new BlockDevices(tree, names).Mapped()
        .FirstOrDefault(mapped => isWanted(mapped, Paths.Folder.List($"{tree.SysFolder}/block/{mapped.KernelName}/slaves")))?.Path;

    private List<FoundPartition> Partitions => _partitions ??= [.. tree.WholeDevices()
        .Where(disk => !names.IsAppliance(disk) && tree.Partitions(disk).Any())
        .SelectMany(PartitionsOf)];

    private string? Content(string tag, string value, StringComparison comparison)
    {
        _contents ??= [.. candidates.Select(device => (device, Identity(device)))];
        return _contents.Find(content => content.Identity.Tag(tag) is { } found && found.Equals(value, comparison)).Device;
    }

    private IEnumerable<FoundPartition> PartitionsOf(string disk)
    {
        if (ReadTable($"/dev/{disk}") is not { } table)
        {
            yield break;
        }

        foreach (var partition in tree.Partitions(disk))
        {
            if (int.TryParse(tree.Attribute($"{disk}/{partition}", "partition"), out var number) && table.Find(number) is { } entry)
            {
                yield return new($"/dev/{partition}", table, entry);
            }
        }
    }

    private static PartitionTable? ReadTable(string device)
    {
        try
        {
            return PartitionedDisk.Read(device);
        }
        catch (Exception e) when (e is PosixException or DaemonException)
        {
            return null;
        }
    }

    private static BlockIdentity Identity(string device)
    {
        try
        {
            return SuperblockMagic.Identify(device) ?? BlockIdLibrary.Probe(device);
        }
        catch (Exception e) when (e is PosixException or DaemonException)
        {
            return BlockIdentity.Unknown;
        }
    }

    private sealed record FoundPartition(string Device, PartitionTable Table, TableEntry Entry)
    {
        public string Identity => Table.Identity(Entry);
    }
}
