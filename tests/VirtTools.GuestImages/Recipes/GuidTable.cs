using System.Buffers.Binary;
using System.Text;
using VirtTools.Fixtures.Building;

namespace VirtTools.Fixtures.Recipes;

/// <summary>An entry of a GPT.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Id">Its own identifier.</param>
/// <param name="FirstSector">Where it begins.</param>
/// <param name="LastSector">Its last sector, which belongs to it.</param>
/// <param name="Attributes">The 64 bits.</param>
/// <param name="Name">Its name.</param>
internal sealed record GuidEntry(Guid Type, Guid Id, long FirstSector, long LastSector, ulong Attributes, string Name);

/// <summary>Writes a GPT of any sector size, which sfdisk cannot do in a file (UEFI specification, chapter 5).</summary>
internal static class GuidTable
{
    public static readonly Guid LinuxType = new("0fc63daf-8483-4772-8e79-3d69d8477de4");

    private const int EntrySize = 128;
    private const int Entries = 128;
    private const int HeaderSize = 92;

    /// <summary>Writes both copies and the protective MBR into a file whose end is the disk's.</summary>
    public static void Write(string disk, int sectorSize, Guid diskId, IReadOnlyList<GuidEntry> partitions)
    {
        using var file = File.Open(disk, FileMode.Open);
        var sectors = file.Length / sectorSize;
        var array = new byte[Entries * EntrySize];
        for (var i = 0; i < partitions.Count; i++)
            WriteEntry(array.AsSpan(i * EntrySize, EntrySize), partitions[i]);
        var arraySectors = array.Length / sectorSize;

        WriteAt(file, 0, Protective(sectors));
        WriteAt(file, 2L * sectorSize, array);
        WriteAt(file, sectorSize, Header(1, sectors - 1, 2));
        WriteAt(file, (sectors - 1 - arraySectors) * sectorSize, array);
        WriteAt(file, (sectors - 1) * sectorSize, Header(sectors - 1, 1, sectors - 1 - arraySectors));

        byte[] Header(long own, long other, long arrayAt)
        {
            var header = new byte[HeaderSize];
            "EFI PART"u8.CopyTo(header);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), 0x10000);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), HeaderSize);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), own);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), other);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(40), 2 + arraySectors);
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(48), sectors - 2 - arraySectors);
            diskId.TryWriteBytes(header.AsSpan(56));
            BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(72), arrayAt);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(80), Entries);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(84), EntrySize);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(88), Checksum(array));
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), Checksum(header));
            return header;
        }
    }

    private static void WriteEntry(Span<byte> entry, GuidEntry partition)
    {
        partition.Type.TryWriteBytes(entry);
        partition.Id.TryWriteBytes(entry[16..]);
        BinaryPrimitives.WriteInt64LittleEndian(entry[32..], partition.FirstSector);
        BinaryPrimitives.WriteInt64LittleEndian(entry[40..], partition.LastSector);
        BinaryPrimitives.WriteUInt64LittleEndian(entry[48..], partition.Attributes);
        Encoding.Unicode.GetBytes(partition.Name, entry[56..]);
    }

    private static byte[] Protective(long sectors)
    {
        var sector = new byte[512];
        var entry = sector.AsSpan(446);
        entry[2] = 2;
        entry[4] = 0xEE;
        entry.Slice(5, 3).Fill(0xFF);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], 1);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], (uint)Math.Min(sectors - 1, uint.MaxValue));
        sector[510] = 0x55;
        sector[511] = 0xAA;
        return sector;
    }

    /// <summary>CRC-32 of ISO 3309, bit by bit: there is little of it.</summary>
    private static uint Checksum(byte[] bytes)
    {
        var remainder = uint.MaxValue;
        foreach (var value in bytes)
        {
            remainder ^= value;
            for (var bit = 0; bit < 8; bit++)
                remainder = (remainder >> 1) ^ ((remainder & 1) == 0 ? 0 : 0xEDB88320);
        }

        return ~remainder;
    }

    private static void WriteAt(FileStream file, long offset, byte[] bytes)
    {
        file.Position = offset;
        file.Write(bytes);
    }
}
