using System.IO.Hashing;
using System.Buffers.Binary;

namespace VirtTools.Commands.Tables;

/// <summary>A GPT table (UEFI 2.10, chapter 5): the first copy, and where that is damaged the one at the end of the disk.</summary>
internal sealed class GptTable : PartitionTable
{
    private const int HeaderSize = 92;
    private const int SmallestEntry = 128;
    private const int LargestEntry = 4096;
    private const int LargestTable = 1024 * 1024;
    private static readonly Guid s_linuxType = new("0fc63daf-8483-4772-8e79-3d69d8477de4");

    private readonly byte[] _protective;
    private readonly byte[] _header;
    private readonly int _entryCount;
    private readonly int _entrySize;

    private GptTable(DiskGeometry geometry, byte[] protective, byte[] header, List<TableEntry> entries)
        : base(geometry, entries)
    {
        _protective = protective;
        _header = header;
        _entryCount = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(80));
        _entrySize = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(84));
    }

    /// <inheritdoc/>
    public override TableKind Kind => TableKind.Gpt;

    /// <inheritdoc/>
    public override long FirstFree => FirstEntrySector + EntrySectors;

    /// <inheritdoc/>
    public override int MostPrimaries => _entryCount;

    /// <summary>Identity of the disk.</summary>
    public Guid DiskIdentity => new(_header.AsSpan(56, 16));

    // Where the entries of the first copy lie. Some programs leave room in front of them, which boot loaders use.
    private long FirstEntrySector =>
        BinaryPrimitives.ReadInt64LittleEndian(_header.AsSpan(24)) == 1 ? BinaryPrimitives.ReadInt64LittleEndian(_header.AsSpan(72)) : 2;

    private long EntrySectors => (((long)_entryCount * _entrySize) + Geometry.SectorSize - 1) / Geometry.SectorSize;

    /// <inheritdoc/>
    public override long EndOfSpace(DiskGeometry disk) => disk.Sectors - 1 - EntrySectors;

    /// <inheritdoc/>
    public override byte[] NewEntry()
    {
        var entry = new byte[_entrySize];
        s_linuxType.TryWriteBytes(entry);
        Guid.NewGuid().TryWriteBytes(entry.AsSpan(16));
        return entry;
    }

    /// <summary>Whether the first copy begins where it would with sectors of a size.</summary>
    private static async ValueTask<bool> IsAtAsync(DiskRead read, long diskSize, int sectorSize)
    {
        var mark = new byte[8];
        if (diskSize < 2L * sectorSize)
        {
            return false;
        }

        await read(sectorSize, mark).ConfigureAwait(false);
        return mark.AsSpan().SequenceEqual("EFI PART"u8);
    }

    /// <summary>Whether a disk whose drive has the usual sectors was partitioned with larger ones.</summary>
    /// <param name="read">Reads it.</param>
    /// <param name="diskSize">Its size in bytes.</param>
    public static async ValueTask<bool> WantsLargeSectorsAsync(DiskRead read, long diskSize) =>
        await IsAtAsync(read, diskSize, DiskGeometry.LargeSector).ConfigureAwait(false)
        && !await IsAtAsync(read, diskSize, DiskGeometry.UsualSector).ConfigureAwait(false);

    /// <summary>Reads the table.</summary>
    /// <returns>Null where there is no copy that is whole.</returns>
    public static new async ValueTask<GptTable?> ReadAsync(DiskRead read, DiskGeometry disk)
    {
        var protective = new byte[disk.SectorSize];
        await read(0, protective).ConfigureAwait(false);
        var protects = BootRecord.IsSigned(protective)
            && Enumerable.Range(0, BootRecord.EntryCount).Any(i => BootRecord.Entry(protective.AsSpan(), i)[4] == BootRecord.ProtectiveType);
        var first = await ReadCopyAsync(read, disk, 1, protective).ConfigureAwait(false);
        if (!protects && (first is null || BootRecord.IsSigned(protective)))
        {
            // An MBR table that somebody wrote over a GPT table counts, as for the kernel.
            return null;
        }

        if (first is not null)
        {
            // A second copy that is damaged or missing is written anew in any case.
            return first;
        }

        var last = await ReadCopyAsync(read, disk, disk.Sectors - 1, protective).ConfigureAwait(false);
        return last is null ? null : new(disk, protective, last._header, [.. last.Entries])
        {
            Complaints = ["the first copy of its GPT partition table is damaged; the second one, at the end of the disk, is used"],
        };
    }

    /// <inheritdoc/>
    public override TableImage Write(DiskGeometry disk, IReadOnlyList<PlacedEntry> target)
    {
        var entries = new byte[EntrySectors * disk.SectorSize];
        foreach (var entry in target)
        {
            var bytes = entries.AsSpan((entry.Number - 1) * _entrySize, _entrySize);
            entry.Raw.CopyTo(bytes);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], entry.First);
            BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], entry.End - 1);
        }

        var sum = Crc32.HashToUInt32(entries.AsSpan(0, _entryCount * _entrySize));
        var last = disk.Sectors - 1;
        var backupEntries = last - EntrySectors;
        return new(
            [
                new(FirstEntrySector * disk.SectorSize, entries),
                new(backupEntries * disk.SectorSize, entries),
            ],
            [
                new(last * disk.SectorSize, Header(disk, last, 1, backupEntries, sum)),
                new(disk.SectorSize, Header(disk, 1, last, FirstEntrySector, sum)),
                new(0, Protective(disk, target)),
            ]);
    }

    private byte[] Header(DiskGeometry disk, long own, long other, long entries, uint sum)
    {
        var sector = new byte[disk.SectorSize];
        var header = sector.AsSpan(0, HeaderSize);
        _header.AsSpan(0, HeaderSize).CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], HeaderSize);
        header.Slice(16, 8).Clear();
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], own);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], other);
        BinaryPrimitives.WriteInt64LittleEndian(header[48..], EndOfSpace(disk) - 1);
        BinaryPrimitives.WriteInt64LittleEndian(header[72..], entries);
        BinaryPrimitives.WriteUInt32LittleEndian(header[88..], sum);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], Crc32.HashToUInt32(header));
        return sector;
    }

    /// <summary>
    /// The record in the first sector. In a hybrid one the entries that show partitions of the GPT table follow those; the one that protects the table ends
    /// where it ended: at the end of the disk, or in front of such a partition.
    /// </summary>
    private byte[] Protective(DiskGeometry disk, IReadOnlyList<PlacedEntry> target)
    {
        var sector = _protective.ToArray();
        for (var i = 0; i < BootRecord.EntryCount; i++)
        {
            var entry = BootRecord.Entry(sector.AsSpan(), i);
            if (!BootRecord.IsUsed(entry))
            {
                continue;
            }

            if (entry[4] == BootRecord.ProtectiveType)
            {
                PlaceProtective(entry, disk, target);
            }
            else if (ShownBy(entry, target) is { } shown && shown.End <= uint.MaxValue)
            {
                BootRecord.Place(entry, shown.First, shown.Count, origin: 0);
            }
            else
            {
                entry.Clear();
            }
        }

        return sector;
    }

    private void PlaceProtective(Span<byte> entry, DiskGeometry disk, IReadOnlyList<PlacedEntry> target)
    {
        var first = BootRecord.First(entry);
        var end = first + (long)BootRecord.Count(entry);
        var follower = target.FirstOrDefault(placed => placed.Origin is { } origin && origin.First == end);
        var count = follower is not null ? follower.First - first : Math.Min(disk.Sectors - first, uint.MaxValue);
        BootRecord.Place(entry, first, count, origin: 0);
    }

    private static PlacedEntry? ShownBy(ReadOnlySpan<byte> entry, IReadOnlyList<PlacedEntry> target)
    {
        var (first, count) = (BootRecord.First(entry), BootRecord.Count(entry));
        return target.FirstOrDefault(placed => placed.Origin is { } origin && origin.First == first && origin.Count == count);
    }

    private static async ValueTask<GptTable?> ReadCopyAsync(DiskRead read, DiskGeometry disk, long headerSector, byte[] protective)
    {
        var header = new byte[disk.SectorSize];
        await read(headerSector * disk.SectorSize, header).ConfigureAwait(false);
        if (!header.AsSpan().StartsWith("EFI PART"u8))
        {
            return null;
        }

        var headerSize = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12));
        if (headerSize < HeaderSize || headerSize > header.Length || !HasItsSum(header.AsSpan(0, (int)headerSize))
            || BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(24)) != headerSector)
        {
            return null;
        }

        var tableSector = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(72));
        var count = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(80));
        var entrySize = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(84));
        if (entrySize is < SmallestEntry or > LargestEntry || count == 0 || (ulong)count * entrySize > LargestTable)
        {
            return null;
        }

        var sectors = ((count * entrySize) + (uint)disk.SectorSize - 1) / (uint)disk.SectorSize;
        if (tableSector < 2 || tableSector > disk.Sectors - sectors)
        {
            return null;
        }

        var table = new byte[count * entrySize];
        await read(tableSector * disk.SectorSize, table).ConfigureAwait(false);
        return Crc32.HashToUInt32(table) == BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(88))
            ? new(disk, protective, header, EntriesOf(table, (int)entrySize, disk))
            : null;
    }

    // The sum is made with its own four bytes as zero.
    private static bool HasItsSum(ReadOnlySpan<byte> header)
    {
        var bytes = header.ToArray();
        bytes.AsSpan(16, 4).Clear();
        return Crc32.HashToUInt32(bytes) == BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
    }

    private static List<TableEntry> EntriesOf(byte[] table, int entrySize, DiskGeometry disk)
    {
        var entries = new List<TableEntry>();
        for (var i = 0; i < table.Length / entrySize; i++)
        {
            var bytes = table.AsSpan(i * entrySize, entrySize);
            var first = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]);
            var last = BinaryPrimitives.ReadInt64LittleEndian(bytes[40..]);
            if (bytes[..16].ContainsAnyExcept((byte)0))
            {
                entries.Add(first > 0 && last >= first && last < disk.Sectors
                    ? new(i + 1, PartitionRole.Primary, first, last - first + 1, bytes.ToArray())
                    : throw new TableDamagedException($"partition {i + 1} of its GPT partition table lies outside of the disk"));
            }
        }

        return entries;
    }
}
