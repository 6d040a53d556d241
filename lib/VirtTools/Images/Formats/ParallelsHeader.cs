namespace VirtTools.Images.Formats;

/// <summary>Parallels' expandable disk (QEMU, docs/interop/parallels).</summary>
internal static class ParallelsHeader
{
    private const int HeaderLength = 64;
    private const uint Version = 2;
    private static ReadOnlySpan<byte> OldMagic => "WithoutFreeSpace"u8;
    private static ReadOnlySpan<byte> Magic => "WithouFreSpacExt"u8;

    public static bool Matches(HeaderReader reader) =>
        reader.Start.Length >= HeaderLength
        && (reader.Start.StartsWith(OldMagic) || reader.Start.StartsWith(Magic))
        && reader.Start.Little32(16) == Version;

    public static ImageHeader Parse(HeaderReader reader)
    {
        var header = reader.Header(HeaderLength);
        if (header.Little32(28) == 0)
        {
            throw reader.Damaged("blocks of 0 sectors");
        }

        if (HeaderLength + (header.Little32(32) * 4L) > reader.Length)
        {
            throw reader.Truncated("block table");
        }

        // Only the lower half of the sector count is defined in the older format.
        var sectors = header.StartsWith(OldMagic) ? header.Little32(36) : header.Little64(36);
        return new() { VirtualSize = sectors.SectorsAsSize(reader, "virtual size") };
    }
}
