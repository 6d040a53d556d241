using System.Buffers.Binary;

namespace VirtTools.Daemon.Partitions;

/// <summary>Reads the MBR table and the chain of extended boot records behind it. The disk is hostile: a chain may be endless or lead anywhere.</summary>
internal static class MbrTable
{
    /// <summary>Type byte of the entry that protects a GPT table.</summary>
    public const byte ProtectiveType = 0xEE;

    private const int RecordSize = 512;
    private const int DiskSignatureOffset = 440;
    private const int FirstEntry = 446;
    private const int EntrySize = 16;
    private const int PrimaryEntries = 4;
    private const int SignatureOffset = 510;
    private const int FirstLogical = 5;
    private const int MostLogical = 256; // DISK_MAX_PARTS of the kernel
    private const int MostEmptyRecords = 100; // in a row; the kernel goes no farther either

    /// <summary>Reads the table.</summary>
    /// <param name="sectorSize">Logical sector size in bytes.</param>
    /// <param name="diskSize">Bytes.</param>
    /// <returns>Null where the first sector is no MBR table, or could be a file system's boot sector as well.</returns>
    public static PartitionTable? Read(DiskRead disk, int sectorSize, long diskSize)
    {
        Span<byte> record = stackalloc byte[RecordSize];
        if (!ReadRecord(disk, 0, record) || IsBootSector(record) || !HasPlausibleFlags(record))
        {
            return null;
        }

        var signature = BinaryPrimitives.ReadUInt32LittleEndian(record[DiskSignatureOffset..]);
        var entries = new List<TableEntry>();
        (long Start, long Size)? extended = null;
        for (var i = 0; i < PrimaryEntries; i++)
        {
            var entry = Entry(record, i);
            if (entry.Type == ProtectiveType)
            {
                return null;
            }

            if (entry.Type == 0 || entry.Sectors == 0)
            {
                continue;
            }

            var role = IsExtended(entry.Type) ? PartitionRole.Extended : PartitionRole.Primary;
            entries.Add(Make(i + 1, 0, entry, sectorSize, role));
            if (role == PartitionRole.Extended)
            {
                extended ??= (entry.FirstSector, entry.Sectors);
            }
        }

        if (extended is { } area)
        {
            ReadLogical(disk, sectorSize, diskSize, area.Start, area.Size, entries);
        }

        return new(TableKind.Mbr, entries) { DiskSignature = signature };
    }

    // Each extended boot record lists one partition, relative to itself, and the next record, relative to the extended partition.
    private static void ReadLogical(DiskRead disk, int sectorSize, long diskSize, long areaStart, long areaSize, List<TableEntry> entries)
    {
        Span<byte> record = stackalloc byte[RecordSize];
        var seen = new HashSet<long>();
        var here = areaStart;
        var empty = 0;
        for (var number = FirstLogical; number < FirstLogical + MostLogical && empty++ < MostEmptyRecords && seen.Add(here);)
        {
            if (here * sectorSize > diskSize - RecordSize || !ReadRecord(disk, here * sectorSize, record))
            {
                return;
            }

            long? next = null;
            for (var i = 0; i < PrimaryEntries; i++)
            {
                var entry = Entry(record, i);
                if (entry.Type == 0 || entry.Sectors == 0)
                {
                    continue;
                }

                if (IsExtended(entry.Type))
                {
                    next ??= areaStart + entry.FirstSector;
                }
                else if (i < 2 || here + entry.FirstSector + entry.Sectors <= areaStart + areaSize)
                {
                    entries.Add(Make(number++, here, entry, sectorSize, PartitionRole.Logical));
                    empty = 0;
                }
            }

            if (next is null)
            {
                return;
            }

            here = next.Value;
        }
    }

    private static bool ReadRecord(DiskRead disk, long offset, Span<byte> record) =>
        disk(record, offset) == RecordSize && record[SignatureOffset] == 0x55 && record[SignatureOffset + 1] == 0xAA;

    // FAT, NTFS, exFAT and BitLocker sign their first sector with the same two bytes.
    private static bool IsBootSector(ReadOnlySpan<byte> record) =>
        record[3..].StartsWith("NTFS    "u8) || record[3..].StartsWith("EXFAT   "u8) || record[3..].StartsWith("-FVE-FS-"u8)
        || record[0x36..].StartsWith("FAT"u8) || record[0x52..].StartsWith("FAT"u8);

    private static bool HasPlausibleFlags(ReadOnlySpan<byte> record)
    {
        for (var i = 0; i < PrimaryEntries; i++)
        {
            if ((record[FirstEntry + i * EntrySize] & 0x7F) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static RawEntry Entry(ReadOnlySpan<byte> record, int index)
    {
        var bytes = record.Slice(FirstEntry + index * EntrySize, EntrySize);
        return new(bytes[0], bytes[4], BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]));
    }

    private static bool IsExtended(byte type) => type is 0x05 or 0x0F or 0x85;

    private static TableEntry Make(int number, long origin, RawEntry entry, int sectorSize, PartitionRole role) =>
        new(number, (origin + entry.FirstSector) * sectorSize, (long)entry.Sectors * sectorSize)
        {
            Role = role,
            MbrType = entry.Type,
            IsActive = entry.Flag == 0x80,
        };

    private readonly record struct RawEntry(byte Flag, byte Type, uint FirstSector, uint Sectors);
}
