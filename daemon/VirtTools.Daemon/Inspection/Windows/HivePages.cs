using System.Buffers.Binary;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>Reads at an offset of a hive or of its log; fewer bytes than asked for only at the end of the file.</summary>
internal delegate int HiveRead(Span<byte> buffer, long offset);

/// <summary>
/// The bytes of a hive, read in pages when they are asked for. A page that a log replaces is taken from there, so that the file itself stays as it is.
/// </summary>
/// <param name="read">Reads the file.</param>
/// <param name="length">Its length.</param>
internal sealed class HivePages(HiveRead read, long length)
{
    /// <summary>Bytes of a page.</summary>
    public const int PageSize = 4096;

    // 16 MiB: hives of some hundred MiB are read here and there only.
    private const int MostPagesKept = 4096;

    private readonly Dictionary<long, byte[]> _kept = [];
    private readonly Dictionary<long, byte[]> _replaced = [];

    /// <summary>Bytes that can be read, what logs have added included.</summary>
    public long Length { get; private set; } = length;

    /// <summary>Fills the buffer; false where the hive ends before that.</summary>
    public bool TryRead(long offset, Span<byte> buffer)
    {
        if (offset < 0 || offset > Length - buffer.Length)
        {
            return false;
        }

        while (!buffer.IsEmpty)
        {
            var page = Page(offset / PageSize).AsSpan((int)(offset % PageSize));
            var count = Math.Min(page.Length, buffer.Length);
            page[..count].CopyTo(buffer);
            buffer = buffer[count..];
            offset += count;
        }

        return true;
    }

    /// <summary>A number of four bytes; null where the hive ends before that.</summary>
    public int? TryReadInt32(long offset)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        return TryRead(offset, bytes) ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : null;
    }

    /// <summary>Puts other bytes over those of the file.</summary>
    public void Replace(long offset, ReadOnlySpan<byte> bytes)
    {
        Length = Math.Max(Length, offset + bytes.Length);
        while (!bytes.IsEmpty)
        {
            var number = offset / PageSize;
            if (!_replaced.TryGetValue(number, out var page))
            {
                page = Page(number);
                _kept.Remove(number);
                _replaced[number] = page;
            }

            var start = (int)(offset % PageSize);
            var count = Math.Min(PageSize - start, bytes.Length);
            bytes[..count].CopyTo(page.AsSpan(start));
            bytes = bytes[count..];
            offset += count;
        }
    }

    private byte[] Page(long number)
    {
        if (_replaced.TryGetValue(number, out var page) || _kept.TryGetValue(number, out page))
        {
            return page;
        }

        if (_kept.Count >= MostPagesKept)
        {
            _kept.Clear();
        }

        // What a file that got shorter does not have any more reads as zeros.
        page = new byte[PageSize];
        read(page, number * PageSize);
        return _kept[number] = page;
    }
}
