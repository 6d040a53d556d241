using System.Buffers.Binary;
using System.Text;

namespace VirtTools.Tests.Daemon.Windows;

/// <summary>How a key lists its subkeys.</summary>
internal enum SubkeyList
{
    Fast, // lf
    Hashed, // lh
    Plain, // li
    Nested, // ri over li
}

/// <summary>A key to be written: names and values as the registry has them.</summary>
internal sealed record HiveKey(string Name, params HiveKey[] Subkeys)
{
    public (string Name, uint Type, byte[] Data)[] Values { get; init; } = [];

    public SubkeyList List { get; init; } = SubkeyList.Hashed;

    public HiveKey With(string name, string text) => With(name, 1, Encoding.Unicode.GetBytes(text + "\0"));

    public HiveKey With(string name, int number) => With(name, 4, BitConverter.GetBytes(number));

    public HiveKey With(string name, uint type, byte[] data) => this with { Values = [.. Values, (name, type, data)] };

    /// <summary>A chain of keys, of which the last one has the given content.</summary>
    public static HiveKey Path(string path, HiveKey last)
    {
        var key = last;
        foreach (var name in path.Split('\\').Reverse())
        {
            key = new(name, key);
        }

        return key;
    }
}

/// <summary>Writes registry hives (format regf 1.5) by hand, so that tests can break what hivex would not.</summary>
internal sealed class HiveWriter
{
    public const int BinsStart = 4096;

    private const int LongestPiece = 16344;

    private readonly List<byte> _bins = [.. new byte[32]];

    /// <summary>The hive with that root.</summary>
    public static byte[] Write(HiveKey root)
    {
        var writer = new HiveWriter();
        var offset = writer.AddKey(root);
        return writer.Finish(offset);
    }

    /// <summary>Makes the two sequence numbers differ, as while Windows writes.</summary>
    public static byte[] Dirty(byte[] hive, uint first, uint second)
    {
        var dirty = hive.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(dirty.AsSpan(4), first);
        BinaryPrimitives.WriteUInt32LittleEndian(dirty.AsSpan(8), second);
        return dirty;
    }

    private uint AddKey(HiveKey key)
    {
        var subkeys = key.Subkeys.Select(AddKey).ToArray();
        var list = subkeys.Length == 0 ? uint.MaxValue : AddList(key, subkeys);
        var values = key.Values.Select(value => AddValue(value.Name, value.Type, value.Data)).ToArray();
        var valueList = values.Length == 0 ? uint.MaxValue : AddCell(Offsets(values));
        var isLatin1 = key.Name.All(c => c < 0x100);
        var name = (isLatin1 ? Encoding.Latin1 : Encoding.Unicode).GetBytes(key.Name);
        var cell = new byte[76 + name.Length];
        "nk"u8.CopyTo(cell);
        BinaryPrimitives.WriteUInt16LittleEndian(cell.AsSpan(2), (ushort)(isLatin1 ? 0x20 : 0));
        Put(cell, 20, (uint)subkeys.Length);
        Put(cell, 28, list);
        Put(cell, 36, (uint)values.Length);
        Put(cell, 40, valueList);
        BinaryPrimitives.WriteUInt16LittleEndian(cell.AsSpan(72), (ushort)name.Length);
        name.CopyTo(cell, 76);
        return AddCell(cell);
    }

    private uint AddList(HiveKey key, uint[] subkeys) => key.List switch
    {
        SubkeyList.Plain => AddCell(List("li"u8, subkeys, 4)),
        SubkeyList.Nested => AddCell(List("ri"u8, [.. subkeys.Chunk(2).Select(part => AddCell(List("li"u8, part, 4)))], 4)),
        _ => AddCell(List(key.List == SubkeyList.Fast ? "lf"u8 : "lh"u8, subkeys, 8)),
    };

    private uint AddValue(string name, uint type, byte[] data)
    {
        var isLatin1 = name.All(c => c < 0x100);
        var bytes = (isLatin1 ? Encoding.Latin1 : Encoding.Unicode).GetBytes(name);
        var cell = new byte[20 + bytes.Length];
        "vk"u8.CopyTo(cell);
        BinaryPrimitives.WriteUInt16LittleEndian(cell.AsSpan(2), (ushort)bytes.Length);
        if (data.Length <= 4)
        {
            Put(cell, 4, (uint)data.Length | 0x8000_0000);
            data.CopyTo(cell, 8);
        }
        else
        {
            Put(cell, 4, (uint)data.Length);
            Put(cell, 8, data.Length > LongestPiece ? AddPieces(data) : AddCell(data));
        }

        Put(cell, 12, type);
        BinaryPrimitives.WriteUInt16LittleEndian(cell.AsSpan(16), (ushort)(isLatin1 ? 1 : 0));
        bytes.CopyTo(cell, 20);
        return AddCell(cell);
    }

    private uint AddPieces(byte[] data)
    {
        var pieces = data.Chunk(LongestPiece).Select(AddCell).ToArray();
        var head = new byte[8];
        "db"u8.CopyTo(head);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(2), (ushort)pieces.Length);
        Put(head, 4, AddCell(Offsets(pieces)));
        return AddCell(head);
    }

    private uint AddCell(byte[] content)
    {
        var offset = (uint)_bins.Count;
        var size = (content.Length + 4 + 7) / 8 * 8;
        var cell = new byte[size];
        BinaryPrimitives.WriteInt32LittleEndian(cell, -size);
        content.CopyTo(cell, 4);
        _bins.AddRange(cell);
        return offset;
    }

    private byte[] Finish(uint root)
    {
        var size = (_bins.Count + 4095) / 4096 * 4096;
        var hive = new byte[BinsStart + size];
        "regf"u8.CopyTo(hive);
        Put(hive, 4, 1);
        Put(hive, 8, 1);
        Put(hive, 20, 1);
        Put(hive, 24, 5);
        Put(hive, 32, 1);
        Put(hive, 36, root);
        Put(hive, 40, (uint)size);
        _bins.CopyTo(hive, BinsStart);
        "hbin"u8.CopyTo(hive.AsSpan(BinsStart));
        Put(hive, BinsStart + 8, (uint)size);
        return hive;
    }

    private static byte[] List(ReadOnlySpan<byte> kind, uint[] offsets, int step)
    {
        var list = new byte[4 + offsets.Length * step];
        kind.CopyTo(list);
        BinaryPrimitives.WriteUInt16LittleEndian(list.AsSpan(2), (ushort)offsets.Length);
        for (var i = 0; i < offsets.Length; i++)
        {
            Put(list, 4 + i * step, offsets[i]);
        }

        return list;
    }

    private static byte[] Offsets(uint[] offsets)
    {
        var bytes = new byte[offsets.Length * 4];
        for (var i = 0; i < offsets.Length; i++)
        {
            Put(bytes, i * 4, offsets[i]);
        }

        return bytes;
    }

    private static void Put(byte[] bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
}
