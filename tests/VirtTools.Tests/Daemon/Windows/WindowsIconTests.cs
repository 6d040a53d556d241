using System.IO.Hashing;
using System.Buffers.Binary;
using System.IO.Compression;
using VirtTools.Daemon.Inspection;
using VirtTools.Daemon.Inspection.Windows;
using VirtTools.Daemon.Partitions;
using VirtTools.Daemon.Paths;
using VirtTools.Tests.CommandLine;
using Xunit;

namespace VirtTools.Tests.Daemon.Windows;

public sealed class WindowsIconTests : IDisposable
{
    private const int ResourceAddress = 0x3000;
    private const int ResourceStart = 0x400;

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(5, 1, "WINDOWS/Explorer.exe", 143, 2)]
    [InlineData(6, 1, "Windows/SysWOW64/explorer.exe", 6801, 2)]
    [InlineData(6, 0, "Windows/explorer.exe", 6801, 2)]
    public void Bitmap_of_the_explorer_becomes_png(int major, int minor, string path, uint number, int width)
    {
        Write(path, Program(number, Bitmap(24, width, 2, [1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12, 0, 0])));

        var png = WindowsIcon.Read(GuestRoot.OfFolder(_folder.Path), "/" + path.Split('/')[0], new(major, minor))!;

        // Stored from the bottom to the top, blue first.
        Assert.Equal((2, 2, "09 08 07 0C 0B 0A 03 02 01 06 05 04"), Decode(png));
    }

    [Theory]
    [InlineData(4, new byte[] { 0x10, 0, 0, 0 })]
    [InlineData(8, new byte[] { 1, 0, 0, 0 })]
    public void Colours_may_come_from_a_palette(int depth, byte[] row)
    {
        var bitmap = Bitmap(depth, 2, 1, [30, 20, 10, 0, 60, 50, 40, 0, .. row]);
        BinaryPrimitives.WriteUInt32LittleEndian(bitmap.AsSpan(32), 2);

        Assert.Equal([40, 50, 60, 10, 20, 30], BitmapImage.Parse(bitmap)!.Pixels);
    }

    [Fact]
    public void Pixels_of_four_bytes_and_rows_from_the_top_are_read()
    {
        var bitmap = Bitmap(32, 1, -2, [3, 2, 1, 0, 6, 5, 4, 0]);

        Assert.Equal([1, 2, 3, 4, 5, 6], BitmapImage.Parse(bitmap)!.Pixels);
    }

    [Fact]
    public void Large_icon_is_a_valid_png()
    {
        var random = new Random(3);
        var pixels = new byte[300 * 200 * 3];
        random.NextBytes(pixels);

        Assert.Equal((300, 200, string.Join(' ', pixels.Select(each => each.ToString("X2")))), Decode(PngImage.Write(new(300, 200, pixels))));
    }

    [Fact]
    public void Newer_version_has_a_file_of_its_own()
    {
        byte[] png = [.. PngImage.Signature, 1, 2, 3];
        Write("ProgramData/Microsoft/Windows Live/WLive48x48.png", png);

        Assert.Equal(png, WindowsIcon.Read(GuestRoot.OfFolder(_folder.Path), "/Windows", new(6, 2)));
    }

    [Fact]
    public void Without_the_program_or_the_resource_there_is_no_icon()
    {
        Assert.Null(WindowsIcon.Read(GuestRoot.OfFolder(_folder.Path), "/Windows", new(6, 1)));

        Write("Windows/explorer.exe", Program(1, Bitmap(24, 1, 1, [1, 2, 3, 0])));

        Assert.Null(WindowsIcon.Read(GuestRoot.OfFolder(_folder.Path), "/Windows", new(6, 1)));
    }

    [Theory]
    [InlineData(4, int.MaxValue)] // width
    [InlineData(8, int.MinValue)] // height
    [InlineData(8, 0)]
    [InlineData(16, 1)] // compressed
    [InlineData(0, 12)] // another header
    public void Bitmap_that_lies_is_none(int field, int value)
    {
        var bitmap = Bitmap(24, 1, 1, [1, 2, 3, 0]);
        BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(field), value);

        Assert.Null(BitmapImage.Parse(bitmap));
    }

    [Fact]
    public void Changed_bytes_of_a_program_never_stop_the_reader()
    {
        var random = new Random(17);
        var program = Program(143, Bitmap(24, 2, 2, new byte[16]));
        for (var round = 0; round < 5_000; round++)
        {
            var changed = program[..random.Next(program.Length + 1)];
            for (var change = 0; change < 10 && changed.Length > 0; change++)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            var found = new ProgramResources((buffer, offset) => Read(changed, buffer, offset)).Find(ProgramResources.Bitmap, 143);

            Assert.InRange(found is null ? 0 : BitmapImage.Parse(found)?.Pixels.Length ?? 0, 0, 2048 * 2048 * 3);
        }
    }

    private static int Read(byte[] bytes, Span<byte> buffer, long offset)
    {
        var rest = offset < bytes.Length ? bytes.AsSpan((int)offset) : [];
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        return count;
    }

    private static byte[] Bitmap(int depth, int width, int height, byte[] content)
    {
        var bitmap = new byte[40 + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bitmap, 40);
        BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(4), width);
        BinaryPrimitives.WriteInt32LittleEndian(bitmap.AsSpan(8), height);
        BinaryPrimitives.WriteUInt16LittleEndian(bitmap.AsSpan(14), (ushort)depth);
        content.CopyTo(bitmap, 40);
        return bitmap;
    }

    // One section with a tree of three tables behind each other, then the description, then the resource.
    private static byte[] Program(uint number, byte[] resource)
    {
        var program = new byte[ResourceStart + 512 + resource.Length];
        "MZ"u8.CopyTo(program);
        Put(program, 0x3C, 0x80);
        "PE\0\0"u8.CopyTo(program.AsSpan(0x80));
        program[0x86] = 1; // one section
        program[0x94] = 224; // size of the optional header
        Put(program, 0x98, 0x10B);
        Put(program, 0x98 + 96 + 16, ResourceAddress);
        var section = 0x98 + 224;
        Put(program, section + 12, ResourceAddress);
        Put(program, section + 16, 512 + resource.Length);
        Put(program, section + 20, ResourceStart);
        Table(0, ProgramResources.Bitmap, 0x8000_0020);
        Table(0x20, number, 0x8000_0040);
        Table(0x40, 1033, 0x60);
        Put(program, ResourceStart + 0x60, ResourceAddress + 512);
        Put(program, ResourceStart + 0x64, resource.Length);
        resource.CopyTo(program, ResourceStart + 512);
        return program;

        void Table(int place, uint name, uint target)
        {
            program[ResourceStart + place + 14] = 1;
            BinaryPrimitives.WriteUInt32LittleEndian(program.AsSpan(ResourceStart + place + 16), name);
            BinaryPrimitives.WriteUInt32LittleEndian(program.AsSpan(ResourceStart + place + 20), target);
        }
    }

    // Width, height and pixels, all sums checked.
    private static (int Width, int Height, string Pixels) Decode(byte[] png)
    {
        Assert.True(png.AsSpan().StartsWith(PngImage.Signature));
        var chunks = new Dictionary<string, byte[]>();
        for (var place = 8; place < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(place));
            Assert.Equal(Crc32.HashToUInt32(png.AsSpan(place + 4, length + 4)), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(place + 8 + length)));
            chunks[System.Text.Encoding.ASCII.GetString(png, place + 4, 4)] = png[(place + 8)..(place + 8 + length)];
            place += length + 12;
        }

        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"]), BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"].AsSpan(4)));
        using var unpacked = new MemoryStream();
        using (var stream = new ZLibStream(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress))
        {
            stream.CopyTo(unpacked);
        }

        var rows = unpacked.ToArray().Chunk(width * 3 + 1).ToList();
        Assert.Equal(height, rows.Count);
        Assert.All(rows, row => Assert.Equal(0, row[0]));
        return (width, height, string.Join(' ', rows.SelectMany(row => row[1..]).Select(each => each.ToString("X2"))));
    }

    private static void Put(byte[] bytes, int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(offset), value);

    private void Write(string path, byte[] content)
    {
        var file = Path.Combine(_folder.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }
}
