using System.Numerics;
using System.Text;

namespace VirtTools.Images.Formats;

/// <summary>VHD, the format of Virtual PC ("Virtual Hard Disk Image Format Specification"); QEMU calls it vpc.</summary>
internal static class VpcHeader
{
    private const int FooterLength = 512;
    private const int DynamicHeaderLength = 1024;
    private const uint Fixed = 2;
    private const uint Dynamic = 3;
    private const uint Differencing = 4;
    private const int ParentNameOffset = 64;
    private const int ParentNameLength = 512;

    /// <summary>A dynamic disk begins with a copy of its footer. QEMU's probe knows no other.</summary>
    public static bool Matches(HeaderReader reader) => reader.Start.StartsWith("conectix"u8);

    /// <summary>A fixed disk is raw bytes with a footer after them; only a name that ends in .vhd makes us look there.</summary>
    public static bool HasFooter(HeaderReader reader) => Matches(reader) || (FixedFooter(reader) is { } footer && IsChecked(footer));

    /// <remarks>The size is not given: QEMU takes it from the geometry or from the footer, depending on the program that made the image.</remarks>
    public static ImageHeader Parse(HeaderReader reader)
    {
        if (!Matches(reader))
        {
            return FixedFooter(reader) is not null ? new() : throw reader.Damaged("neither header nor footer of a vhd");
        }

        var footer = reader.Header(FooterLength);
        return footer.Big32(60) switch
        {
            Dynamic => ParseDynamic(reader, footer.Big64(16)),
            Differencing => new() { NamedFile = new(NamedFileRole.Unreachable, "parent disk", ParentName(reader, footer.Big64(16))) },
            var kind => throw reader.Damaged($"a vhd of type {kind}"),
        };
    }

    private static ImageHeader ParseDynamic(HeaderReader reader, ulong offset)
    {
        ReadOnlySpan<byte> header = DynamicHeader(reader, offset);
        var entries = header.Big32(28);
        var blockSize = header.Big32(32);
        if (!BitOperations.IsPow2(blockSize) || blockSize < 512)
        {
            throw reader.Damaged($"blocks of {blockSize} bytes");
        }

        return header.Big64(16).AsSize(reader, "block table offset") <= reader.Length - (entries * 4L)
            ? new()
            : throw reader.Truncated("block table");
    }

    private static byte[] DynamicHeader(HeaderReader reader, ulong offset)
    {
        var header = reader.Read(offset.AsSize(reader, "dynamic header offset"), DynamicHeaderLength, "dynamic disk header");
        return header.AsSpan().StartsWith("cxsparse"u8) ? header : throw reader.Damaged("no dynamic disk header where the footer says");
    }

    private static string ParentName(HeaderReader reader, ulong offset)
    {
        var name = Encoding.BigEndianUnicode.GetString(DynamicHeader(reader, offset).AsSpan(ParentNameOffset, ParentNameLength));
        return name.Split('\0', 2)[0];
    }

    private static byte[]? FixedFooter(HeaderReader reader)
    {
        var offset = reader.Length - FooterLength;
        if (offset < 0)
        {
            return null;
        }

        var footer = new byte[FooterLength];
        return reader.ReadSome(offset, footer) == FooterLength && footer.AsSpan().StartsWith("conectix"u8)
            && ((ReadOnlySpan<byte>)footer).Big32(60) == Fixed ? footer : null;
    }

    /// <summary>The checksum is the complement of the sum of all other bytes of the footer.</summary>
    private static bool IsChecked(ReadOnlySpan<byte> footer)
    {
        var sum = 0u;
        for (var index = 0; index < footer.Length; index++)
        {
            sum += index is >= 64 and < 68 ? 0u : footer[index];
        }

        return ~sum == footer.Big32(64);
    }
}
