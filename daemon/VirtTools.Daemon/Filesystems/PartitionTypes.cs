using VirtTools.Daemon.Partitions;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Filesystems;

/// <summary>What partition tables say of their partitions; each table is read once.</summary>
internal sealed class PartitionTypes
{
    /// <summary>Types of GPT partitions that never hold a file system (Microsoft's reserved and snapshot partitions).</summary>
    public static readonly string[] ExcludedGpt = ["e3c9e316-0b5c-4db8-817d-f92df00215ae", "caddebf1-4400-4de8-b103-12117dcf3ccf"];

    /// <summary>Types of MBR partitions that hold other partitions, as libblkid writes them.</summary>
    public static readonly string[] ExtendedMbr = ["0x5", "0xf", "0x85"];

    private readonly Dictionary<string, PartitionTable?> _tables = [];

    /// <summary>Whether the partition holds other partitions and nothing else.</summary>
    /// <param name="partition">Path by the kernel's name, such as <c>/dev/sda4</c>.</param>
    public bool IsExtended(string partition) => EntryOf(partition) is { Role: PartitionRole.Extended };

    /// <summary>Whether the table has the partition, with a type that does not exclude a file system; false where that is for libblkid to say.</summary>
    /// <param name="partition">Path by the kernel's name, such as <c>/dev/sda1</c>.</param>
    public bool MayHoldFileSystem(string partition) =>
        EntryOf(partition) is { } entry
        && entry.Role != PartitionRole.Extended
        && !ExcludedGpt.Contains(entry.GptType.ToString("D"), StringComparer.OrdinalIgnoreCase);

    private TableEntry? EntryOf(string partition)
    {
        var disk = partition.TrimEnd("0123456789".ToCharArray());
        return int.TryParse(partition.AsSpan(disk.Length), out var number) ? TableOf(disk)?.Find(number) : null;
    }

    private PartitionTable? TableOf(string disk)
    {
        if (!_tables.TryGetValue(disk, out var table))
        {
            try
            {
                table = PartitionedDisk.Read(disk);
            }
            catch (Exception e) when (e is PosixException or DaemonException)
            {
                table = null;
            }

            _tables.Add(disk, table);
        }

        return table;
    }
}
