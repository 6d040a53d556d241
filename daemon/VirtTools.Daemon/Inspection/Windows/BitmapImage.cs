using System.Buffers.Binary;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>Pixels, 3 bytes each: red, green, blue; rows from top to bottom.</summary>
internal sealed record BitmapImage(int Width, int Height, byte[] Pixels)
{
    private const int BytesOfPixel = 3;
    private const int LargestSide = 2048;

    // Offsets in BITMAPINFOHEADER.
    private const int HeaderSize = 40;
    private const int WidthPlace = 4;
    private const int HeightPlace = 8;
    private const int DepthPlace = 14;
    private const int CompressionPlace = 16;
    private const int ColoursPlace = 32;

    /// <summary>Reads a bitmap without compression, as resources hold it; null for any other.</summary>
    public static BitmapImage? Parse(ReadOnlySpan<byte> bitmap)
    {
        if (bitmap.Length < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(bitmap) != HeaderSize
            || BinaryPrimitives.ReadUInt32LittleEndian(bitmap[CompressionPlace..]) != 0)
        {
            return null;
        }

        var width = BinaryPrimitives.ReadInt32LittleEndian(bitmap[WidthPlace..]);
        var height = BinaryPrimitives.ReadInt32LittleEndian(bitmap[HeightPlace..]);
        var depth = BinaryPrimitives.ReadUInt16LittleEndian(bitmap[DepthPlace..]);
        if (width is <= 0 or > LargestSide || height is 0 or < -LargestSide or > LargestSide || depth is not (4 or 8 or 24 or 32))
        {
            return null;
        }

        var colours = depth > 8 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(bitmap[ColoursPlace..]) is > 0 and <= 256 and var used ? (int)used : 1 << depth;
        var rows = Math.Abs(height);
        var stride = (width * depth + 31) / 32 * 4;
        var start = HeaderSize + colours * 4;
        if (bitmap.Length < start + stride * rows)
        {
            return null;
        }

        var pixels = new byte[width * rows * BytesOfPixel];
        var palette = bitmap[HeaderSize..start];
        for (var row = 0; row < rows; row++)
        {
            // Rows are stored from the bottom to the top, unless the height is negative.
            var source = bitmap.Slice(start + (height > 0 ? rows - 1 - row : row) * stride, stride);
            Decode(source, depth, palette, pixels.AsSpan(row * width * BytesOfPixel, width * BytesOfPixel));
        }

        return new(width, rows, pixels);
    }

    /// <summary>The rows at the top.</summary>
    public BitmapImage Top(int rows) => rows >= Height ? this : new(Width, rows, Pixels[..(rows * Width * BytesOfPixel)]);

    private static void Decode(ReadOnlySpan<byte> source, int depth, ReadOnlySpan<byte> palette, Span<byte> row)
    {
        for (var x = 0; x < row.Length / BytesOfPixel; x++)
        {
            var colour = depth switch
            {
                4 => Colour(palette, x % 2 == 0 ? source[x / 2] >> 4 : source[x / 2] & 0xF),
                8 => Colour(palette, source[x]),
                _ => source[(x * (depth / 8))..],
            };
            (row[x * BytesOfPixel], row[x * BytesOfPixel + 1], row[x * BytesOfPixel + 2]) = (colour[2], colour[1], colour[0]);
        }
    }

    // A number behind the end of the palette is black.
    private static ReadOnlySpan<byte> Colour(ReadOnlySpan<byte> palette, int index) =>
        index * 4 + 4 <= palette.Length ? palette[(index * 4)..] : "\0\0\0\0"u8;
}
