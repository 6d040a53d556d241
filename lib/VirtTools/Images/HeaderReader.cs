using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Images;

/// <summary>The bytes of an image file, wherever they are.</summary>
internal interface IImageBytes
{
    /// <summary>Size of the file now; an image in use grows.</summary>
    long Length { get; }

    /// <summary>Reads until the buffer is full or the file ends, and returns how much that was.</summary>
    int ReadAt(Span<byte> buffer, long offset);
}

/// <summary>An image file behind a descriptor.</summary>
internal sealed class ImageFileBytes(SafeFileHandle handle) : IImageBytes
{
    public long Length => Descriptors.SizeOf(handle);

    public int ReadAt(Span<byte> buffer, long offset) => Descriptors.ReadAt(handle, buffer, offset);
}

/// <summary>
/// What a parser may see of an image. Each header is hostile: reads are counted against a budget, sizes are checked before memory is
/// taken, and every refusal is an <see cref="ImageException"/>.
/// </summary>
internal sealed class HeaderReader
{
    /// <summary>The most that all parsers together read of one image, in bytes. The largest need is the mapping tables of a qcow2 whose end is missing.</summary>
    public const int Budget = 4 * 1024 * 1024;

    /// <summary>The most that one read takes.</summary>
    public const int LargestRead = 64 * 1024;

    private const int StartSize = 512; // what QEMU's own probe looks at
    private readonly IImageBytes bytes;
    private readonly byte[] start;

    /// <param name="bytes">The file.</param>
    /// <param name="subject">How messages begin: the path, or the path and the part that the file plays.</param>
    /// <exception cref="ImageException">EIO: the file cannot be read.</exception>
    public HeaderReader(IImageBytes bytes, string subject)
    {
        this.bytes = bytes;
        Subject = subject;
        var buffer = new byte[StartSize];
        start = buffer[..ReadSome(0, buffer)];
    }

    /// <summary>How messages begin.</summary>
    public string Subject { get; }

    /// <summary>Whether the format was guessed from the content: then a refusal names the option that settles it.</summary>
    public bool IsProbed { get; init; }

    /// <summary>The first 512 bytes, fewer where the file is shorter.</summary>
    public ReadOnlySpan<byte> Start => start;

    /// <summary>Size of the file in bytes, asked anew each time.</summary>
    public long Length => bytes.Length;

    /// <summary>How many bytes may still be read.</summary>
    public int Remaining { get; private set; } = Budget;

    /// <summary>Reads what is there at an offset, at most the buffer.</summary>
    /// <exception cref="ImageException">EINVAL: the offset is negative or the budget is spent; EIO: the read failed.</exception>
    public int ReadSome(long offset, Span<byte> buffer)
    {
        if (offset < 0 || buffer.Length > Remaining)
        {
            throw Damaged("its header leads to more tables than such an image can have");
        }

        Remaining -= buffer.Length;
        try
        {
            return bytes.ReadAt(buffer, offset);
        }
        catch (PosixException e)
        {
            throw new ImageException(e.ErrnoName, $"{Subject}: cannot be read: {Errno.Message(e.Errno)}");
        }
    }

    /// <summary>Reads exactly <paramref name="count"/> bytes.</summary>
    /// <exception cref="ImageException">EINVAL: the file ends before, or the read is larger than <see cref="LargestRead"/>.</exception>
    public byte[] Read(long offset, int count, string what)
    {
        if (count is < 0 or > LargestRead)
        {
            throw Damaged($"its {what} is {count} bytes long");
        }

        var buffer = new byte[count];
        return ReadSome(offset, buffer) == count ? buffer : throw Truncated(what);
    }

    /// <summary>The first <paramref name="count"/> bytes, at most 512.</summary>
    /// <exception cref="ImageException">EINVAL: the file is shorter.</exception>
    public ReadOnlySpan<byte> Header(int count) => start.Length >= count ? start.AsSpan(0, count) : throw Truncated("header");

    /// <summary>A name stored in the image.</summary>
    /// <exception cref="ImageException">EINVAL: the file ends before, or a zero byte in the name.</exception>
    public string ReadName(long offset, int count, string what)
    {
        var name = Read(offset, count, $"{what} name");
        return name.AsSpan().Contains((byte)0) ? throw Damaged($"the name of its {what} holds a zero byte") : ByteString.GetString(name);
    }

    /// <summary>A table of the image ends beyond the file.</summary>
    public ImageException Truncated(string what) =>
        Refuse("EINVAL", $"the image is truncated: the file ends at byte {Length} before the end of its {what}; copy it again from where it came");

    /// <summary>The header contradicts itself or its format.</summary>
    public ImageException Damaged(string why) => Refuse("EINVAL", $"the image header is damaged: {why}; copy it again from where it came");

    /// <summary>The format allows it, QEMU or we do not.</summary>
    public ImageException Unsupported(string why) => Refuse("ENOTSUP", why);

    private ImageException Refuse(string errnoName, string why) =>
        new(errnoName, $"{Subject}: {why}{(IsProbed ? ", or pass --format raw if this is the plain disk of a guest" : "")}");
}

/// <summary>Numbers in headers.</summary>
internal static class HeaderNumbers
{
    private const long SectorSize = 512;

    public static uint Big32(this ReadOnlySpan<byte> header, int offset) => BinaryPrimitives.ReadUInt32BigEndian(header[offset..]);

    public static ulong Big64(this ReadOnlySpan<byte> header, int offset) => BinaryPrimitives.ReadUInt64BigEndian(header[offset..]);

    public static uint Little32(this ReadOnlySpan<byte> header, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(header[offset..]);

    public static ulong Little64(this ReadOnlySpan<byte> header, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(header[offset..]);

    /// <summary>An offset or size that a file can have.</summary>
    /// <exception cref="ImageException">EINVAL: above 2^62.</exception>
    public static long AsSize(this ulong value, HeaderReader reader, string what) =>
        value <= 1UL << 62 ? (long)value : throw reader.Damaged($"its {what} is {value}");

    /// <summary>A number of sectors in bytes.</summary>
    /// <exception cref="ImageException">EINVAL: above 2^62 bytes.</exception>
    public static long SectorsAsSize(this ulong sectors, HeaderReader reader, string what) =>
        sectors <= (1UL << 62) / SectorSize ? (long)sectors * SectorSize : throw reader.Damaged($"its {what} is {sectors} sectors");

    /// <summary>QEMU counts sectors of 512 bytes; most of its drivers drop the rest of an odd size.</summary>
    public static long WholeSectors(this long size) => size / SectorSize * SectorSize;

    /// <summary>For raw files and vdi, QEMU adds zeros up to a whole sector.</summary>
    public static long UpToSector(this long size) => (size + SectorSize - 1) / SectorSize * SectorSize;
}
