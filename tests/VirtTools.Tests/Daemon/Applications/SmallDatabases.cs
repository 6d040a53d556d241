using System.Buffers.Binary;
using System.Text;

namespace VirtTools.Tests.Daemon.Applications;

/// <summary>Databases of packages as their programs write them, as small as they can be. The guest tests read those that rpm and sqlite3 themselves have made.</summary>
internal static class SmallDatabases
{
    public const int PageSize = 4096;

    /// <summary>A header of RPM with the usual tags.</summary>
    public static byte[] RpmHeader(string name, string version = "1.0", string release = "1", int? epoch = null, string description = "described")
    {
        var index = new MemoryStream();
        var data = new MemoryStream();
        var count = 0;
        void Add(int tag, int type, byte[] value)
        {
            foreach (var word in (int[])[tag, type, (int)data.Length, 1])
            {
                Write32(index, word);
            }

            data.Write(value);
            count++;
        }

        if (epoch is { } number)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, number);
            Add(1003, 4, bytes);
        }

        Add(1000, 6, Text(name));
        Add(1001, 6, Text(version));
        Add(1002, 6, Text(release));
        Add(1004, 9, Text($"summary of {name}"));
        Add(1005, 9, Text(description));
        Add(1020, 6, Text($"https://example.com/{name}"));
        Add(1022, 6, Text("x86_64"));
        var header = new MemoryStream();
        Write32(header, count);
        Write32(header, (int)data.Length);
        header.Write(index.ToArray());
        header.Write(data.ToArray());
        return header.ToArray();
    }

    /// <summary>RPM's own format.</summary>
    public static byte[] Ndb(params byte[][] headers)
    {
        var file = new MemoryStream(new byte[PageSize], 0, PageSize, writable: true, publiclyVisible: true);
        var page = file.GetBuffer();
        "RpmP"u8.CopyTo(page);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(12), 1);
        var blobs = new MemoryStream();
        for (var i = 0; i < headers.Length; i++)
        {
            var slot = page.AsSpan(32 + i * 16);
            "Slot"u8.CopyTo(slot);
            BinaryPrimitives.WriteUInt32LittleEndian(slot[4..], (uint)i + 1);
            BinaryPrimitives.WriteUInt32LittleEndian(slot[8..], (uint)(PageSize + blobs.Length) / 16);
            var head = new byte[16];
            "BlbS"u8.CopyTo(head);
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), (uint)i + 1);
            BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(12), (uint)headers[i].Length);
            blobs.Write(head);
            blobs.Write(headers[i]);
            blobs.Write(new byte[(16 - blobs.Length % 16) % 16]);
        }

        return [.. page, .. blobs.ToArray()];
    }

    /// <summary>A hash table of Berkeley DB; a value that is too large for the page is on pages of its own.</summary>
    public static byte[] Berkeley(params byte[][] values)
    {
        var metadata = new byte[PageSize];
        BinaryPrimitives.WriteUInt32LittleEndian(metadata.AsSpan(12), 0x61561);
        BinaryPrimitives.WriteUInt32LittleEndian(metadata.AsSpan(20), PageSize);
        metadata[25] = 8;
        var hash = new byte[PageSize];
        hash[25] = 13;
        var overflow = new List<byte[]>();
        var end = PageSize;
        var items = 0;
        void Put(byte[] item)
        {
            end -= item.Length;
            item.CopyTo(hash, end);
            BinaryPrimitives.WriteUInt16LittleEndian(hash.AsSpan(26 + items++ * 2), (ushort)end);
        }

        for (var i = 0; i < values.Length; i++)
        {
            Put([1, (byte)(i + 1), 0, 0, 0]);
            if (values[i].Length < 256)
            {
                Put([1, .. values[i]]);
                continue;
            }

            var item = new byte[12];
            item[0] = 3;
            BinaryPrimitives.WriteUInt32LittleEndian(item.AsSpan(4), (uint)(2 + overflow.Count));
            BinaryPrimitives.WriteUInt32LittleEndian(item.AsSpan(8), (uint)values[i].Length);
            Put(item);
            var pieces = values[i].Chunk(PageSize - 26).ToList();
            for (var piece = 0; piece < pieces.Count; piece++)
            {
                var page = new byte[PageSize];
                BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(16), piece + 1 < pieces.Count ? (uint)(3 + overflow.Count) : 0);
                BinaryPrimitives.WriteUInt16LittleEndian(page.AsSpan(22), (ushort)pieces[piece].Length);
                page[25] = 7;
                pieces[piece].CopyTo(page, 26);
                overflow.Add(page);
            }
        }

        BinaryPrimitives.WriteUInt16LittleEndian(hash.AsSpan(20), (ushort)items);
        return [.. metadata, .. hash, .. overflow.SelectMany(page => page)];
    }

    /// <summary>A database of SQLite with one table. A record that is too large for its page goes on on others.</summary>
    public static byte[] Sqlite(string table, string columns, params object?[][] rows)
    {
        var pages = new List<byte[]> { new byte[PageSize], new byte[PageSize] };
        var first = pages[0];
        "SQLite format 3\0"u8.CopyTo(first);
        BinaryPrimitives.WriteUInt16BigEndian(first.AsSpan(16), PageSize);
        BinaryPrimitives.WriteUInt32BigEndian(first.AsSpan(56), 1);
        Leaf(pages, 0, 100, [["table", table, table, 2L, $"CREATE TABLE {table} ({columns})"]]);
        Leaf(pages, 1, 0, rows);
        return [.. pages.SelectMany(page => page)];
    }

    private static void Leaf(List<byte[]> pages, int number, int header, object?[][] rows)
    {
        var page = pages[number];
        page[header] = 13;
        BinaryPrimitives.WriteUInt16BigEndian(page.AsSpan(header + 3), (ushort)rows.Length);
        var end = PageSize;
        for (var i = 0; i < rows.Length; i++)
        {
            var cell = Cell(pages, Record(rows[i]), i + 1);
            end -= cell.Length;
            cell.CopyTo(page, end);
            BinaryPrimitives.WriteUInt16BigEndian(page.AsSpan(header + 8 + i * 2), (ushort)end);
        }
    }

    private static byte[] Cell(List<byte[]> pages, byte[] record, int row)
    {
        byte[] start = [.. Number(record.Length), .. Number(row)];
        const int Most = PageSize - 35;
        if (record.Length <= Most)
        {
            return [.. start, .. record];
        }

        const int Least = (PageSize - 12) * 32 / 255 - 23;
        var here = Least + (record.Length - Least) % (PageSize - 4);
        here = here <= Most ? here : Least;
        var pointer = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(pointer, pages.Count + 1);
        var pieces = record[here..].Chunk(PageSize - 4).ToList();
        for (var i = 0; i < pieces.Count; i++)
        {
            var page = new byte[PageSize];
            BinaryPrimitives.WriteInt32BigEndian(page, i + 1 < pieces.Count ? pages.Count + 2 : 0);
            pieces[i].CopyTo(page, 4);
            pages.Add(page);
        }

        return [.. start, .. record[..here], .. pointer];
    }

    private static byte[] Record(object?[] values)
    {
        var types = new MemoryStream();
        var content = new MemoryStream();
        foreach (var value in values)
        {
            var (type, bytes) = value switch
            {
                null => (0L, Array.Empty<byte>()),
                long number => (6L, BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(number))),
                byte[] blob => (blob.Length * 2L + 12, blob),
                var text => (Encoding.UTF8.GetByteCount((string)text) * 2L + 13, Encoding.UTF8.GetBytes((string)text)),
            };
            types.Write(Number(type));
            content.Write(bytes);
        }

        var size = types.Length + 1;
        return [.. Number(size), .. types.ToArray(), .. content.ToArray()];
    }

    private static byte[] Number(long value)
    {
        var bytes = new List<byte> { (byte)(value & 0x7F) };
        for (value >>= 7; value > 0; value >>= 7)
        {
            bytes.Insert(0, (byte)(value & 0x7F | 0x80));
        }

        return [.. bytes];
    }

    private static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    private static void Write32(MemoryStream stream, int value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        stream.Write(bytes);
    }
}
