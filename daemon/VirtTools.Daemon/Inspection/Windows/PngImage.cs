using System.IO.Hashing;
using System.Buffers.Binary;
using VirtTools.Daemon.Partitions;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>Writes PNG (ISO/IEC 15948). The pixels are stored, not compressed: icons are small, and the daemon links no library for it.</summary>
internal static class PngImage
{
    private const int LargestBlock = ushort.MaxValue;
    private const uint AdlerModulus = 65521; // RFC 1950, section 8.2

    /// <summary>What every file starts with.</summary>
    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The file.</summary>
    public static byte[] Write(BitmapImage image)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        header[8] = 8; // bits of a colour
        header[9] = 2; // red, green and blue
        return [.. Signature, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, Stored(Filtered(image))), .. Chunk("IEND"u8, [])];
    }

    // Each row has the number of its filter in front: none.
    private static byte[] Filtered(BitmapImage image)
    {
        var length = image.Width * 3;
        var rows = new byte[(length + 1) * image.Height];
        for (var row = 0; row < image.Height; row++)
        {
            image.Pixels.AsSpan(row * length, length).CopyTo(rows.AsSpan(row * (length + 1) + 1));
        }

        return rows;
    }

    // A zlib stream of stored blocks (RFC 1950, RFC 1951 section 3.2.4).
    private static byte[] Stored(byte[] bytes)
    {
        using var stream = new MemoryStream();
        stream.Write([0x78, 0x01]);
        Span<byte> head = stackalloc byte[5];
        for (var place = 0; place < bytes.Length || place == 0; place += LargestBlock)
        {
            var length = Math.Min(bytes.Length - place, LargestBlock);
            head[0] = (byte)(place + length == bytes.Length ? 1 : 0);
            BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)length);
            BinaryPrimitives.WriteUInt16LittleEndian(head[3..], (ushort)~length);
            stream.Write(head);
            stream.Write(bytes, place, length);
        }

        Span<byte> sum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(sum, Adler(bytes));
        stream.Write(sum);
        return stream.ToArray();
    }

    private static uint Adler(byte[] bytes)
    {
        uint low = 1, high = 0;
        foreach (var each in bytes)
        {
            low = (low + each) % AdlerModulus;
            high = (high + low) % AdlerModulus;
        }

        return (high << 16) | low;
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] content)
    {
        byte[] chunk = [0, 0, 0, 0, .. name, .. content, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.HashToUInt32(chunk.AsSpan(4, name.Length + content.Length)));
        return chunk;
    }
}
