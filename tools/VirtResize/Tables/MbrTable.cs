namespace VirtTools.Commands.Tables;

/// <summary>An MBR table with the chain of extended boot records behind it. The disk is hostile: a chain may be endless or lead anywhere.</summary>
internal sealed class MbrTable : PartitionTable
{
    private const int FirstLogical = 5;
    private const int MostLogical = 256; // DISK_MAX_PARTS of the kernel
    private const long LargestSector = uint.MaxValue;
    private const byte LinuxType = 0x83;

    private readonly byte[] _record;

    private MbrTable(DiskGeometry geometry, byte[] record, List<TableEntry> entries)
        : base(geometry, entries)
    {
        _record = record;
    }

    /// <inheritdoc/>
    public override TableKind Kind => TableKind.Mbr;

    /// <inheritdoc/>
    public override long FirstFree => 1;

    /// <inheritdoc/>
    public override int MostPrimaries => BootRecord.EntryCount;

    /// <summary>The four bytes by which the table is told from others.</summary>
    public uint DiskSignature => BitConverter.ToUInt32(_record, 440);

    /// <inheritdoc/>
    public override long EndOfSpace(DiskGeometry disk) => Math.Min(disk.Sectors, LargestSector + 1);

    /// <inheritdoc/>
    public override byte[] NewEntry()
    {
        var entry = new byte[BootRecord.EntrySize];
        entry[4] = LinuxType;
        return entry;
    }

    /// <summary>Reads the table.</summary>
    /// <returns>Null where the first sector is no MBR table, or could be a file system's boot sector as well.</returns>
    /// <exception cref="TableDamagedException">It protects a GPT table of which no copy is whole, or lists what cannot be.</exception>
    public static new async ValueTask<MbrTable?> ReadAsync(DiskRead read, DiskGeometry disk)
    {
        var record = new byte[BootRecord.Size];
        await read(0, record).ConfigureAwait(false);
        if (!BootRecord.IsSigned(record) || BootRecord.IsOfFileSystem(record) || !HasPlausibleFlags(record))
        {
            return null;
        }

        var entries = new List<TableEntry>();
        for (var i = 0; i < BootRecord.EntryCount; i++)
        {
            var entry = BootRecord.Entry(record.AsSpan(), i).ToArray();
            if (entry[4] == BootRecord.ProtectiveType)
            {
                throw new TableDamagedException("both copies of its GPT partition table are damaged; repair it with gdisk first");
            }

            if (BootRecord.IsUsed(entry))
            {
                var role = BootRecord.IsExtended(entry[4]) ? PartitionRole.Extended : PartitionRole.Primary;
                entries.Add(new(i + 1, role, BootRecord.First(entry), BootRecord.Count(entry), entry));
            }
        }

        if (entries.Count(entry => entry.Role == PartitionRole.Extended) > 1)
        {
            throw new TableDamagedException("it has two extended partitions, which no partitioning program makes");
        }

        if (entries.Find(entry => entry.Role == PartitionRole.Extended) is { } extended)
        {
            await ReadLogicalAsync(read, disk, extended, entries).ConfigureAwait(false);
        }

        return new(disk, record, entries);
    }

    /// <inheritdoc/>
    public override TableImage Write(DiskGeometry disk, IReadOnlyList<PlacedEntry> target)
    {
        var record = _record.ToArray();
        record.AsSpan(BootRecord.FirstEntry, BootRecord.EntryCount * BootRecord.EntrySize).Clear();
        foreach (var entry in target.Where(entry => entry.Role != PartitionRole.Logical))
        {
            var bytes = BootRecord.Entry(record.AsSpan(), entry.Number - 1);
            entry.Raw.CopyTo(bytes);
            BootRecord.Place(bytes, entry.First, entry.Count, origin: 0);
        }

        var sector = new byte[disk.SectorSize];
        record.CopyTo(sector, 0);
        return new(Chain(disk, target), [new(0, sector)]);
    }

    // Each record lists one partition, relative to itself, and the next record, relative to the extended partition.
    private static List<DiskPatch> Chain(DiskGeometry disk, IReadOnlyList<PlacedEntry> target)
    {
        var logical = target.Where(entry => entry.Role == PartitionRole.Logical).OrderBy(entry => entry.RecordSector).ToArray();
        var start = target.FirstOrDefault(entry => entry.Role == PartitionRole.Extended)?.First ?? 0;
        var patches = new List<DiskPatch>();
        for (var i = 0; i < logical.Length; i++)
        {
            var sector = new byte[disk.SectorSize];
            var here = logical[i];
            var own = BootRecord.Entry(sector.AsSpan(), 0);
            here.Raw.CopyTo(own);
            BootRecord.Place(own, here.First - here.RecordSector, here.Count, here.RecordSector);
            if (i + 1 < logical.Length)
            {
                var next = logical[i + 1];
                var link = BootRecord.Entry(sector.AsSpan(), 1);
                link[4] = 0x05;
                BootRecord.Place(link, next.RecordSector - start, next.End - next.RecordSector, start);
            }

            BootRecord.Sign(sector);
            patches.Add(new(here.RecordSector * disk.SectorSize, sector));
        }

        return patches;
    }

    private static async ValueTask ReadLogicalAsync(DiskRead read, DiskGeometry disk, TableEntry extended, List<TableEntry> entries)
    {
        var seen = new HashSet<long>();
        var here = extended.First;
        var number = FirstLogical;
        while (seen.Count < MostLogical && seen.Add(here) && here < disk.Sectors)
        {
            var record = new byte[BootRecord.Size];
            await read(here * disk.SectorSize, record).ConfigureAwait(false);
            if (!BootRecord.IsSigned(record))
            {
                return;
            }

            long? next = null;
            for (var i = 0; i < BootRecord.EntryCount; i++)
            {
                var entry = BootRecord.Entry(record.AsSpan(), i).ToArray();
                if (!BootRecord.IsUsed(entry))
                {
                    continue;
                }

                if (BootRecord.IsExtended(entry[4]))
                {
                    next ??= extended.First + BootRecord.First(entry);
                }
                else if (i < 2 && here + BootRecord.First(entry) + BootRecord.Count(entry) <= extended.End)
                {
                    entries.Add(new(number++, PartitionRole.Logical, here + BootRecord.First(entry), BootRecord.Count(entry), entry) { RecordSector = here });
                }
            }

            if (next is null)
            {
                return;
            }

            here = next.Value;
        }
    }

    private static bool HasPlausibleFlags(byte[] record)
    {
        for (var i = 0; i < BootRecord.EntryCount; i++)
        {
            if ((BootRecord.Entry(record.AsSpan(), i)[0] & 0x7F) != 0)
            {
                return false;
            }
        }

        return true;
    }
}
