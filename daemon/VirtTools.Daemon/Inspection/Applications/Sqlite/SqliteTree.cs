using System.Buffers.Binary;

namespace VirtTools.Daemon.Inspection.Applications.Sqlite;

/// <summary>
/// The tree of a table. A branch is no deeper than <see cref="DeepestLevel"/> and each page is visited once, so that pages that point at each
/// other come to an end.
/// </summary>
internal sealed class SqliteTree(SqlitePages pages)
{
    private const int DeepestLevel = 20;
    private const byte InteriorPage = 5;
    private const byte LeafPage = 13;
    private const int LeafHeaderSize = 8;
    private const int InteriorHeaderSize = 12;
    private const long LargestRecord = 64 * 1024 * 1024;

    /// <summary>The records of a table, in order.</summary>
    /// <param name="root">Number of its first page.</param>
    public IEnumerable<byte[]> Records(uint root)
    {
        var visited = new HashSet<uint>();
        var open = new Stack<(uint Page, int Level)>([(root, 0)]);
        var page = new byte[pages.Size];
        while (open.TryPop(out var next))
        {
            if (next.Level > DeepestLevel || !visited.Add(next.Page) || !pages.TryRead(next.Page, page))
            {
                continue;
            }

            var header = next.Page == 1 ? SqlitePages.HeaderSize : 0;
            if (page[header] == InteriorPage)
            {
                // The last one is opened first.
                open.Push((BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(header + LeafHeaderSize)), next.Level + 1));
                var cells = Cells(page, header, header + InteriorHeaderSize);
                for (var i = cells.Count - 1; i >= 0; i--)
                {
                    if (cells[i] <= page.Length - sizeof(uint))
                    {
                        open.Push((BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(cells[i])), next.Level + 1));
                    }
                }
            }
            else if (page[header] == LeafPage)
            {
                foreach (var cell in Cells(page, header, header + LeafHeaderSize))
                {
                    if (Record(page.AsSpan(0, pages.Usable), cell) is { } record)
                    {
                        yield return record;
                    }
                }
            }
        }
    }

    private static List<int> Cells(ReadOnlySpan<byte> page, int header, int pointers)
    {
        var count = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(page[(header + 3)..]), (page.Length - pointers) / 2);
        var cells = new List<int>(count);
        for (var i = 0; i < count; i++)
        {
            cells.Add(BinaryPrimitives.ReadUInt16BigEndian(page[(pointers + i * 2)..]));
        }

        return cells;
    }

    // A cell: length of the record, number of the row, the record or its start and the number of the page where it goes on.
    private byte[]? Record(ReadOnlySpan<byte> page, int cell)
    {
        var rest = cell < page.Length ? page[cell..] : [];
        if (SqliteRecord.ReadNumber(ref rest) is not (>= 0 and <= LargestRecord and var length) || SqliteRecord.ReadNumber(ref rest) is null)
        {
            return null;
        }

        var here = (int)Local(length);
        if (here > rest.Length)
        {
            return null;
        }

        if (here == length)
        {
            return rest[..here].ToArray();
        }

        return rest.Length >= here + sizeof(uint)
            ? Overflow(rest[..here], length, BinaryPrimitives.ReadUInt32BigEndian(rest[here..]))
            : null;
    }

    // "Database File Format", 1.6: how much of a record lies in the leaf.
    private long Local(long length)
    {
        var most = pages.Usable - 35;
        if (length <= most)
        {
            return length;
        }

        var least = (pages.Usable - 12) * 32 / 255 - 23;
        var here = least + (length - least) % (pages.Usable - 4);
        return here <= most ? here : least;
    }

    private byte[]? Overflow(ReadOnlySpan<byte> start, long length, uint first)
    {
        // Memory is taken as pages bring content, not for what the cell promises.
        var record = new MemoryStream();
        record.Write(start);
        var page = new byte[pages.Size];
        for (var number = first; record.Length < length; number = BinaryPrimitives.ReadUInt32BigEndian(page))
        {
            if (!pages.TryRead(number, page))
            {
                return null;
            }

            record.Write(page, sizeof(uint), (int)Math.Min(pages.Usable - sizeof(uint), length - record.Length));
        }

        return record.ToArray();
    }
}
