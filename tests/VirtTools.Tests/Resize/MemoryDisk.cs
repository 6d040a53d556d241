using System.IO.Hashing;
using System.Buffers.Binary;
using System.Text;
using VirtTools.Commands.Tables;

namespace VirtTools.Tests.Resize;

/// <summary>A small disk whose table is written by hand, field by field.</summary>
internal sealed class MemoryDisk(long sectors, int sectorSize = 512)
{
    public byte[] Bytes { get; } = new byte[sectors * sectorSize];

    public DiskGeometry Geometry => new(sectors, sectorSize);

    public ValueTask ReadAsync(long offset, Memory<byte> target)
    {
        Bytes.AsMemory((int)offset, target.Length).CopyTo(target);
        return ValueTask.CompletedTask;
    }

    public Span<byte> Sector(long number) => Bytes.AsSpan((int)(number * sectorSize), sectorSize);

    /// <summary>Writes what a table wants written.</summary>
    public void Apply(TableImage image)
    {
        foreach (var patch in image.Body.Concat(image.Marks))
        {
            patch.Content.CopyTo(Bytes, (int)patch.Offset);
        }
    }

    public async Task<PartitionTable?> TableAsync() => await PartitionTable.ReadAsync(ReadAsync, Geometry);

    /// <summary>An entry of the record in a sector.</summary>
    public void MbrEntry(long record, int index, byte type, uint first, uint count, byte flag = 0)
    {
        var entry = BootRecord.Entry(Sector(record), index);
        entry[0] = flag;
        entry[4] = type;
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], first);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], count);
        BootRecord.Sign(Sector(record));
    }

    /// <summary>Both copies of a GPT table with 128 entries, and what protects it.</summary>
    public void Gpt(params (long First, long Last, string Name)[] partitions)
    {
        var entrySectors = (128 * 128 + sectorSize - 1) / sectorSize;
        MbrEntry(0, 0, 0xEE, 1, (uint)(sectors - 1));
        var entries = new byte[128 * 128];
        for (var i = 0; i < partitions.Length; i++)
        {
            var entry = entries.AsSpan(i * 128, 128);
            entry[..16].Fill(0x11);
            entry.Slice(16, 16).Fill((byte)(0xA0 + i));
            BinaryPrimitives.WriteInt64LittleEndian(entry[32..], partitions[i].First);
            BinaryPrimitives.WriteInt64LittleEndian(entry[40..], partitions[i].Last);
            BinaryPrimitives.WriteUInt64LittleEndian(entry[48..], 4);
            Encoding.Unicode.GetBytes(partitions[i].Name, entry[56..]);
        }

        entries.CopyTo(Bytes, 2 * sectorSize);
        entries.CopyTo(Bytes, (int)(sectors - 1 - entrySectors) * sectorSize);
        Header(1, sectors - 1, 2);
        Header(sectors - 1, 1, sectors - 1 - entrySectors);

        void Header(long own, long other, long table)
        {
            var header = Sector(own);
            "EFI PART"u8.CopyTo(header);
            BinaryPrimitives.WriteUInt32LittleEndian(header[8..], 0x10000);
            BinaryPrimitives.WriteUInt32LittleEndian(header[12..], 92);
            BinaryPrimitives.WriteInt64LittleEndian(header[24..], own);
            BinaryPrimitives.WriteInt64LittleEndian(header[32..], other);
            BinaryPrimitives.WriteInt64LittleEndian(header[40..], 2 + entrySectors);
            BinaryPrimitives.WriteInt64LittleEndian(header[48..], sectors - 2 - entrySectors);
            header.Slice(56, 16).Fill(0xD1);
            BinaryPrimitives.WriteInt64LittleEndian(header[72..], table);
            BinaryPrimitives.WriteUInt32LittleEndian(header[80..], 128);
            BinaryPrimitives.WriteUInt32LittleEndian(header[84..], 128);
            BinaryPrimitives.WriteUInt32LittleEndian(header[88..], Crc32.HashToUInt32(entries));
            BinaryPrimitives.WriteUInt32LittleEndian(header[16..], Crc32.HashToUInt32(header[..92]));
        }
    }
}
