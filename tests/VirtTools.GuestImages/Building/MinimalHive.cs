using System.Buffers.Binary;

namespace VirtTools.Fixtures.Building;

/// <summary>A Windows registry hive that holds nothing but its root key (hivex(3), WINDOWS REGISTRY and its references, tell the format).</summary>
public static class MinimalHive
{
    private const int Page = 4096;
    private const int RootCell = 0x20;
    private const string RootName = "$$$PROTO.HIV";

    /// <summary>The bytes of the hive.</summary>
    public static byte[] Bytes()
    {
        var hive = new byte[2 * Page];
        WriteHeader(hive);
        WriteBin(hive.AsSpan(Page));
        return hive;
    }

    /// <summary>Makes the root key its own only subkey, below a list of lists that lists itself.</summary>
    public static void LeadInCircles(byte[] hive)
    {
        var bin = hive.AsSpan(Page);
        const int listCell = 0x100;
        Put(bin, RootCell + 4 + 0x14, 1);
        Put(bin, RootCell + 4 + 0x1C, listCell);
        Put(bin, listCell, -16);
        "ri"u8.CopyTo(bin[(listCell + 4)..]);
        BinaryPrimitives.WriteUInt16LittleEndian(bin[(listCell + 6)..], 2);
        Put(bin, listCell + 8, listCell);
        Put(bin, listCell + 12, listCell + 16);
        Put(bin, listCell + 16, -16);
        "li"u8.CopyTo(bin[(listCell + 20)..]);
        BinaryPrimitives.WriteUInt16LittleEndian(bin[(listCell + 22)..], 1);
        Put(bin, listCell + 24, RootCell);
    }

    private static void WriteHeader(byte[] hive)
    {
        "regf"u8.CopyTo(hive);
        Put(hive, 4, 1); // both sequence numbers are equal: written completely
        Put(hive, 8, 1);
        Put(hive, 0x14, 1); // version 1.3
        Put(hive, 0x18, 3);
        Put(hive, 0x20, 1); // loaded from a file
        Put(hive, 0x24, RootCell);
        Put(hive, 0x28, Page); // bytes of bins
        Put(hive, 0x2C, 1);
        var sum = 0;
        for (var offset = 0; offset < 0x1FC; offset += sizeof(int))
            sum ^= BinaryPrimitives.ReadInt32LittleEndian(hive.AsSpan(offset));
        Put(hive, 0x1FC, sum);
    }

    private static void WriteBin(Span<byte> bin)
    {
        const int keySize = 0x60;
        const int securitySize = 0x40;
        const int securityCell = RootCell + keySize;
        const int freeCell = securityCell + securitySize;
        "hbin"u8.CopyTo(bin);
        Put(bin, 8, Page);

        // A cell in use has its size negated in front.
        Put(bin, RootCell, -keySize);
        var key = bin[(RootCell + 4)..];
        "nk"u8.CopyTo(key);
        key[2] = 0x2C; // root key, must not be deleted, name in Latin-1
        Put(key, 0x10, -1); // no parent
        Put(key, 0x1C, -1); // no subkeys
        Put(key, 0x20, -1);
        Put(key, 0x28, -1); // no values
        Put(key, 0x2C, securityCell);
        Put(key, 0x30, -1); // no class name
        BinaryPrimitives.WriteUInt16LittleEndian(key[0x48..], (ushort)RootName.Length);
        for (var i = 0; i < RootName.Length; i++)
            key[0x4C + i] = (byte)RootName[i];

        Put(bin, securityCell, -securitySize);
        var security = bin[(securityCell + 4)..];
        "sk"u8.CopyTo(security);
        Put(security, 4, securityCell); // the ring of security descriptors has one member
        Put(security, 8, securityCell);
        Put(security, 12, 1);
        Put(security, 16, 20); // an empty security descriptor, self-relative
        security[20] = 1;
        security[23] = 0x80;

        Put(bin, freeCell, Page - freeCell);
    }

    private static void Put(Span<byte> bytes, int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes[offset..], value);
}
