using System.IO.Hashing;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace VirtTools.Daemon.Partitions;

/// <summary>Reads a GPT table (UEFI 2.10, chapter 5): the first copy, and where that is damaged the one in the last sector.</summary>
internal static class GptTable
{
    private const int SmallestHeader = 92;
    private const int SmallestEntry = 128;
    private const int LargestEntry = 4096;
    private const int LargestTable = 1024 * 1024;
    private const int NameOffset = 56;
    private const int NameLength = 36;

    /// <summary>Reads the table.</summary>
    /// <param name="sectorSize">Logical sector size in bytes.</param>
    /// <param name="diskSize">Bytes.</param>
    /// <returns>Null where there is no copy that is whole.</returns>
    public static PartitionTable? Read(DiskRead disk, int sectorSize, long diskSize)
    {
        var sectors = diskSize / sectorSize;
        return sectors < 3 ? null : ReadCopy(disk, sectorSize, sectors, 1) ?? ReadCopy(disk, sectorSize, sectors, sectors - 1);
    }

    private static PartitionTable? ReadCopy(DiskRead disk, int sectorSize, long sectors, long headerSector)
    {
        var header = new byte[sectorSize];
        if (disk(header, headerSector * sectorSize) != header.Length || !header.AsSpan().StartsWith("EFI PART"u8))
        {
            return null;
        }

        var headerSize = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12));
        if (headerSize < SmallestHeader || headerSize > header.Length || !HasItsSum(header.AsSpan(0, (int)headerSize))
            || BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(24)) != headerSector)
        {
            return null;
        }

        var tableSector = BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(72));
        var count = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(80));
        var entrySize = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(84));
        if (tableSector >= (ulong)sectors || entrySize is < SmallestEntry or > LargestEntry || count == 0 || (ulong)count * entrySize > LargestTable)
        {
            return null;
        }

        var table = new byte[count * entrySize];
        if (disk(table, (long)tableSector * sectorSize) != table.Length
            || Crc32.HashToUInt32(table) != BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(88)))
        {
            return null;
        }

        var entries = new List<TableEntry>();
        for (var i = 0; i < count; i++)
        {
            if (Entry(table.AsSpan((int)(i * entrySize), (int)entrySize), i + 1, sectorSize) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return new(TableKind.Gpt, entries) { DiskIdentity = new(header.AsSpan(56, 16)) };
    }

    // The sum is made with its own four bytes as zero.
    private static bool HasItsSum(Span<byte> header)
    {
        var field = header.Slice(16, 4);
        var expected = BinaryPrimitives.ReadUInt32LittleEndian(field);
        field.Clear();
        return Crc32.HashToUInt32(header) == expected;
    }

    private static TableEntry? Entry(ReadOnlySpan<byte> bytes, int number, int sectorSize)
    {
        var type = new Guid(bytes[..16]);
        var first = BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]);
        var last = BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]);
        var most = (ulong)(long.MaxValue / sectorSize) - 1;
        if (type == Guid.Empty || last < first || last > most)
        {
            return null;
        }

        return new(number, (long)first * sectorSize, (long)(last - first + 1) * sectorSize)
        {
            GptType = type,
            GptIdentity = new(bytes.Slice(16, 16)),
            GptAttributes = BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]),
            Name = Name(bytes.Slice(NameOffset, NameLength * 2)),
        };
    }

    // Through the decoder, so that a lone surrogate of a hostile table becomes U+FFFD and no escaped byte.
    private static string Name(ReadOnlySpan<byte> bytes)
    {
        var end = MemoryMarshal.Cast<byte, char>(bytes).IndexOf('\0');
        return Encoding.Unicode.GetString(end < 0 ? bytes : bytes[..(end * 2)]);
    }
}
