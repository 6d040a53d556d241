using System.Buffers.Binary;

namespace VirtTools.Daemon.Inspection.Applications.Sqlite;

/// <summary>The pages of a database, as its header and its write-ahead log have them.</summary>
internal sealed class SqlitePages
{
    /// <summary>What the first page has in front of its tree.</summary>
    public const int HeaderSize = 100;

    private const int SmallestPage = 512;
    private const int LargestPage = 65_536;
    private const int LogHeaderSize = 32;
    private const int FrameHeaderSize = 24;
    private const uint LogMagic = 0x377F_0682; // the lowest bit is the order of the checksums
    private const int MostFrames = 1_000_000;

    private readonly GuestFile _file;
    private readonly GuestFile? _log;
    private readonly Dictionary<uint, long> _logged;

    private SqlitePages(GuestFile file, GuestFile? log, int size, int usable, int encoding)
    {
        (_file, _log, Size, Usable, Encoding) = (file, log, size, usable, encoding);
        _logged = log is null ? [] : ReadLog(log, size);
    }

    /// <summary>Size of a page.</summary>
    public int Size { get; }

    /// <summary>How much of a page is used.</summary>
    public int Usable { get; }

    /// <summary>Encoding of texts: 1 UTF-8, 2 UTF-16 with the low byte first, 3 with the high one first.</summary>
    public int Encoding { get; }

    /// <summary>Reads the header; null where the file is no database.</summary>
    public static SqlitePages? Open(GuestFile file, GuestFile? log)
    {
        var header = new byte[HeaderSize];
        if (!file.TryRead(0, header) || !header.AsSpan().StartsWith("SQLite format 3\0"u8))
        {
            return null;
        }

        int size = BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(16));
        size = size == 1 ? LargestPage : size;
        var usable = size - header[20];
        return size >= SmallestPage && int.IsPow2(size) && usable >= 480
            ? new(file, log, size, usable, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(56)))
            : null;
    }

    /// <summary>A page by its number from 1; false where there is none.</summary>
    public bool TryRead(uint number, Span<byte> page)
    {
        if (number == 0)
        {
            return false;
        }

        return _logged.TryGetValue(number, out var offset)
            ? _log!.TryRead(offset, page)
            : _file.TryRead((number - 1L) * Size, page);
    }

    // Where the log has a newer state of a page. Frames count up to the last one that ends a transaction; the salts tell those of a former use.
    private static Dictionary<uint, long> ReadLog(GuestFile log, int pageSize)
    {
        var committed = new Dictionary<uint, long>();
        var header = new byte[LogHeaderSize];
        if (!log.TryRead(0, header) || (BinaryPrimitives.ReadUInt32BigEndian(header) & ~1u) != LogMagic
            || BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(8)) != pageSize)
        {
            return committed;
        }

        var pending = new Dictionary<uint, long>();
        var frame = new byte[FrameHeaderSize];
        var offset = (long)LogHeaderSize;
        for (var count = 0; count < MostFrames && log.TryRead(offset, frame); count++)
        {
            if (!frame.AsSpan(8, 8).SequenceEqual(header.AsSpan(16, 8)) || offset + FrameHeaderSize + pageSize > log.Length)
            {
                break;
            }

            pending[BinaryPrimitives.ReadUInt32BigEndian(frame)] = offset + FrameHeaderSize;
            if (BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) != 0)
            {
                foreach (var (page, place) in pending)
                {
                    committed[page] = place;
                }

                pending.Clear();
            }

            offset += FrameHeaderSize + pageSize;
        }

        return committed;
    }
}
