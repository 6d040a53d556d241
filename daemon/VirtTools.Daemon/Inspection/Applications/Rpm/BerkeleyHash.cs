using System.Buffers.Binary;

namespace VirtTools.Daemon.Inspection.Applications.Rpm;

/// <summary>
/// A hash table of Berkeley DB, the format of RPM until 2020. All pages are looked at one after the other: the buckets only say which of them a
/// key is on, and here all are wanted. Numbers are those of dbinc/db_page.h.
/// </summary>
internal sealed class BerkeleyHash
{
    private const uint Magic = 0x0006_1561;
    private const int MetadataSize = 72;
    private const int PageHeaderSize = 26;
    private const int SmallestPage = 512;
    private const int LargestPage = 64 * 1024;
    private const byte UnsortedHashPage = 2;
    private const byte OverflowPage = 7;
    private const byte HashPage = 13;
    private const byte PlainItem = 1;
    private const byte OffPageItem = 3;
    private const int OffPageItemSize = 12;
    private const uint LargestValue = 64 * 1024 * 1024;

    private readonly GuestFile _file;
    private readonly int _pageSize;
    private readonly bool _isBigEndian;

    private BerkeleyHash(GuestFile file, int pageSize, bool isBigEndian) => (_file, _pageSize, _isBigEndian) = (file, pageSize, isBigEndian);

    /// <summary>The values of all keys.</summary>
    public static IEnumerable<byte[]> Values(GuestFile file) => Open(file)?.Values() ?? [];

    private static BerkeleyHash? Open(GuestFile file)
    {
        var metadata = new byte[MetadataSize];
        if (!file.TryRead(0, metadata))
        {
            return null;
        }

        var isBigEndian = BinaryPrimitives.ReadUInt32BigEndian(metadata.AsSpan(12)) == Magic;
        if (!isBigEndian && BinaryPrimitives.ReadUInt32LittleEndian(metadata.AsSpan(12)) != Magic)
        {
            return null;
        }

        // Whoever made the file wrote in the order of his processor.
        var size = isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(metadata.AsSpan(20)) : BinaryPrimitives.ReadUInt32LittleEndian(metadata.AsSpan(20));
        return size is >= SmallestPage and <= LargestPage && uint.IsPow2(size) ? new(file, (int)size, isBigEndian) : null;
    }

    private IEnumerable<byte[]> Values()
    {
        var page = new byte[_pageSize];
        for (var offset = (long)_pageSize; _file.TryRead(offset, page); offset += _pageSize)
        {
            if (page[25] is not (HashPage or UnsortedHashPage))
            {
                continue;
            }

            // Keys have even places, values odd ones. Items lie from the end of the page to its start.
            var items = Math.Min((int)Word16(page, 20), (_pageSize - PageHeaderSize) / 2);
            for (var item = 1; item < items; item += 2)
            {
                var start = Word16(page, PageHeaderSize + item * 2);
                var end = Word16(page, PageHeaderSize + (item - 1) * 2);
                if (start < end && end <= _pageSize && Value(page.AsSpan(start, end - start)) is { } value)
                {
                    yield return value;
                }
            }
        }
    }

    private byte[]? Value(ReadOnlySpan<byte> item) => item[0] switch
    {
        PlainItem => item[1..].ToArray(),
        OffPageItem when item.Length >= OffPageItemSize => Overflow(Word32(item, 4), Word32(item, 8)),
        _ => null,
    };

    // A value that is too large for a page is a chain of pages. Each must bring some of it, so that a loop comes to an end.
    private byte[]? Overflow(uint first, uint length)
    {
        if (length > LargestValue || length > _file.Length)
        {
            return null;
        }

        var value = new MemoryStream();
        var page = new byte[_pageSize];
        for (var number = first; value.Length < length; number = Word32(page, 16))
        {
            if (number == 0 || !_file.TryRead((long)number * _pageSize, page) || page[25] != OverflowPage)
            {
                return null;
            }

            var held = Math.Min(Word16(page, 22), length - value.Length);
            if (held == 0 || held > _pageSize - PageHeaderSize)
            {
                return null;
            }

            value.Write(page, PageHeaderSize, (int)held);
        }

        return value.ToArray();
    }

    private ushort Word16(ReadOnlySpan<byte> bytes, int offset) =>
        _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]) : BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);

    private uint Word32(ReadOnlySpan<byte> bytes, int offset) =>
        _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes[offset..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
}
