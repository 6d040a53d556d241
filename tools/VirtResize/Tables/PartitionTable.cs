namespace VirtTools.Commands.Tables;

/// <summary>What has to be written for a table.</summary>
/// <param name="Body">Everything but the marks, in the order in which it is written.</param>
/// <param name="Marks">The sectors without which nothing takes the disk for partitioned; written last.</param>
internal sealed record TableImage(IReadOnlyList<DiskPatch> Body, IReadOnlyList<DiskPatch> Marks)
{
    /// <summary>All of it, the marks last.</summary>
    public IReadOnlyList<DiskPatch> All => [.. Body, .. Marks];
}

/// <summary>A partition table that was read, and can be written again with other places for its partitions.</summary>
internal abstract class PartitionTable(DiskGeometry geometry, IReadOnlyList<TableEntry> entries)
{
    /// <summary>The entries where they are.</summary>
    public IReadOnlyList<PlacedEntry> Unmoved =>
        [.. entries.Select(entry => new PlacedEntry(entry.Number, entry.Role, entry.First, entry.Count, entry.Raw, entry) { RecordSector = entry.RecordSector })];

    /// <summary>Kind of the table.</summary>
    public abstract TableKind Kind { get; }

    /// <summary>The disk on which it was found.</summary>
    public DiskGeometry Geometry => geometry;

    /// <summary>By number.</summary>
    public IReadOnlyList<TableEntry> Entries => entries;

    /// <summary>What is wrong with the table although it can be used; sentences.</summary>
    public IReadOnlyList<string> Complaints { get; init; } = [];

    /// <summary>First sector that the table leaves to partitions and boot loaders, besides the first sector's code.</summary>
    public abstract long FirstFree { get; }

    /// <summary>The sector behind the last one that a partition may take on a disk of another size.</summary>
    public abstract long EndOfSpace(DiskGeometry disk);

    /// <summary>How many primary entries there can be.</summary>
    public abstract int MostPrimaries { get; }

    /// <summary>The table for a disk, which may have another size, with other entries.</summary>
    /// <param name="disk">The disk; its sectors have the same size.</param>
    /// <param name="target">The entries, logical ones behind all others; an entry whose origin is null is new.</param>
    public abstract TableImage Write(DiskGeometry disk, IReadOnlyList<PlacedEntry> target);

    /// <summary>A new entry for a Linux file system.</summary>
    public abstract byte[] NewEntry();

    /// <summary>Finds the table of a disk.</summary>
    /// <param name="read">Reads the disk.</param>
    /// <param name="disk">Its size.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="TableDamagedException">There is one that cannot be used.</exception>
    public static async ValueTask<PartitionTable?> ReadAsync(DiskRead read, DiskGeometry disk)
    {
        if (disk.Sectors < 3)
        {
            return null;
        }

        return (PartitionTable?)await GptTable.ReadAsync(read, disk).ConfigureAwait(false) ?? await MbrTable.ReadAsync(read, disk).ConfigureAwait(false);
    }
}

/// <summary>An entry and the place that it gets.</summary>
/// <param name="Number">New number.</param>
/// <param name="Role">Which kind of entry.</param>
/// <param name="First">First sector.</param>
/// <param name="Count">How many sectors.</param>
/// <param name="Raw">Bytes of the entry, whose places are replaced.</param>
/// <param name="Origin">The entry it comes from; null for a new one.</param>
internal sealed record PlacedEntry(int Number, PartitionRole Role, long First, long Count, byte[] Raw, TableEntry? Origin)
{
    /// <summary>The sector behind the last one.</summary>
    public long End => First + Count;

    /// <summary>Of a logical partition: the sector of the record that lists it.</summary>
    public long RecordSector { get; init; }
}
