using System.IO.Hashing;
using System.Buffers.Binary;
using VirtTools.Daemon.Partitions;

namespace VirtTools.Tests.Daemon;

/// <summary>A disk of zeros in memory, with tables written into it by hand.</summary>
internal sealed class SmallDisk(int sectors, int sectorSize = 512)
{
    public byte[] Bytes { get; } = new byte[sectors * sectorSize];

    /// <summary>How often something was read.</summary>
    public int Reads { get; private set; }

    public PartitionTable? Table => PartitionedDisk.Read(ReadAt, sectorSize, Bytes.Length);

    /// <summary>Writes the two bytes that end a boot record.</summary>
    public SmallDisk Sign(int sector)
    {
        Bytes[sector * sectorSize + 510] = 0x55;
        Bytes[sector * sectorSize + 511] = 0xAA;
        return this;
    }

    /// <summary>Writes an entry of a boot record, and signs the record.</summary>
    public SmallDisk Mbr(int sector, int index, byte type, uint first, uint count, byte flag = 0)
    {
        var entry = Bytes.AsSpan(sector * sectorSize + 446 + index * 16, 16);
        entry[0] = flag;
        entry[4] = type;
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], first);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], count);
        return Sign(sector);
    }

    /// <summary>Writes a copy of a GPT table of 128 entries with right sums.</summary>
    public SmallDisk Gpt(long headerSector, long tableSector, params (int Number, Guid Type, ulong First, ulong Last, string Name)[] partitions)
    {
        var table = Bytes.AsSpan((int)tableSector * sectorSize, 128 * 128);
        foreach (var (number, type, first, last, name) in partitions)
        {
            var entry = table.Slice((number - 1) * 128, 128);
            type.TryWriteBytes(entry);
            new Guid(number, 0, 0, new byte[8]).TryWriteBytes(entry[16..]);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[32..], first);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[40..], last);
            entry[48] = 4;
            System.Text.Encoding.Unicode.GetBytes(name, entry[56..]);
        }

        var header = Bytes.AsSpan((int)headerSector * sectorSize, 92);
        "EFI PART"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], 0x10000);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], 92);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], headerSector);
        new Guid("01234567-89AB-CDEF-0123-456789ABCDEF").TryWriteBytes(header[56..]);
        BinaryPrimitives.WriteInt64LittleEndian(header[72..], tableSector);
        BinaryPrimitives.WriteUInt32LittleEndian(header[80..], 128);
        BinaryPrimitives.WriteUInt32LittleEndian(header[84..], 128);
        BinaryPrimitives.WriteUInt32LittleEndian(header[88..], Crc32.HashToUInt32(table));
        return SumHeader(headerSector);
    }

    /// <summary>Makes the sum of a GPT header right.</summary>
    public SmallDisk SumHeader(long headerSector)
    {
        var header = Bytes.AsSpan((int)headerSector * sectorSize, 92);
        header.Slice(16, 4).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], Crc32.HashToUInt32(header));
        return this;
    }

    private int ReadAt(Span<byte> buffer, long offset)
    {
        Reads++;
        if (offset < 0 || offset >= Bytes.Length)
        {
            return 0;
        }

        var count = Math.Min(buffer.Length, Bytes.Length - (int)offset);
        Bytes.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    }
}
