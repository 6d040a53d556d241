using VirtTools.CommandLine.Running;
using VirtTools.Commands.Tables;

namespace VirtTools.Commands.InPlace;

/// <summary>Where the partitions of a disk lie after its growth: all where they were, the last one longer.</summary>
/// <param name="Grown">The partition that grows, with its new place.</param>
/// <param name="Entries">All of them, as the table is written.</param>
internal sealed record GrowthPlan(PlacedEntry Grown, IReadOnlyList<PlacedEntry> Entries)
{
    private const long Alignment = 1024 * 1024;

    /// <summary>Makes the plan.</summary>
    /// <param name="table">The table as it was found.</param>
    /// <param name="disk">The disk as it shall be.</param>
    /// <param name="chosen">Number of the partition that the user wants to grow; null for the last one.</param>
    /// <exception cref="CommandFailedException">That would move something, or there is no room.</exception>
    public static GrowthPlan Make(PartitionTable table, DiskGeometry disk, int? chosen)
    {
        var last = table.Entries.Where(entry => entry.Role != PartitionRole.Extended).MaxBy(entry => entry.End)
            ?? throw new CommandFailedException("its partition table lists no partition that could grow");
        RequireLast(table, chosen, last);
        if (table.Entries.FirstOrDefault(entry => entry.Role == PartitionRole.Extended) is { } extended
            && last.Role == PartitionRole.Primary && extended.First >= last.End)
        {
            throw new CommandFailedException(
                $"behind {Device(last.Number)} lies the empty extended partition {Device(extended.Number)}, which would have to move; delete it, or resize into a new image");
        }

        var end = EndOf(table, disk, last);
        var entries = table.Entries.Select(entry => Place(entry, last, end)).ToList();
        return new(entries.Single(entry => entry.Number == last.Number), entries);
    }

    /// <summary>How a partition of the only disk is called.</summary>
    public static string Device(int number) => $"/dev/sda{number}";

    private static void RequireLast(PartitionTable table, int? chosen, TableEntry last)
    {
        if (chosen is not { } number || number == last.Number)
        {
            return;
        }

        if (table.Entries.All(entry => entry.Number != number))
        {
            throw new CommandFailedException(
                $"{Device(number)}: there is no such partition; there are: {string.Join(", ", table.Entries.Select(entry => Device(entry.Number)))}");
        }

        throw new CommandFailedException(
            $"{Device(number)} is not the last partition of the disk: {Device(last.Number)} lies behind it and would have to move, which is not done in place; resize into a new image (virt-resize INDISK OUTDISK)");
    }

    private static long EndOf(PartitionTable table, DiskGeometry disk, TableEntry last)
    {
        var unit = Alignment / disk.SectorSize;
        var end = table.EndOfSpace(disk) / unit * unit;
        return end > last.End
            ? end
            : throw new CommandFailedException($"there is no room behind {Device(last.Number)}, the last partition; say how large the disk shall be with --size");
    }

    private static PlacedEntry Place(TableEntry entry, TableEntry last, long end)
    {
        var grows = entry == last || (entry.Role == PartitionRole.Extended && last.Role == PartitionRole.Logical);
        return new(entry.Number, entry.Role, entry.First, grows ? end - entry.First : entry.Count, entry.Raw, entry) { RecordSector = entry.RecordSector };
    }
}
