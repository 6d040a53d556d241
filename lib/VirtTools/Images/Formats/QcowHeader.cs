namespace VirtTools.Images.Formats;

/// <summary>qcow, the first version of QEMU's format. Its header has no room for the format of a backing file.</summary>
internal static class QcowHeader
{
    private const int HeaderLength = 48;
    private const int MaxBackingName = 1023;

    public static bool Matches(HeaderReader reader) =>
        reader.Start.Length >= 8 && reader.Start.Big32(0) == Qcow2Header.Magic && reader.Start.Big32(4) == 1;

    public static ImageHeader Parse(HeaderReader reader)
    {
        var header = reader.Header(HeaderLength);
        var size = header.Big64(24).AsSize(reader, "virtual size");
        var clusterBits = header[32];
        var l2Bits = header[33];
        if (clusterBits is < 9 or > 16 || l2Bits is < 6 or > 13)
        {
            throw reader.Damaged($"clusters of 2^{clusterBits} bytes and L2 tables of 2^{l2Bits} entries");
        }

        if (header.Big32(36) != 0)
        {
            throw reader.Unsupported("the image is encrypted by QEMU, and there is no way to hand over its key; decrypt it into a new image with qemu-img convert");
        }

        var nameOffset = header.Big64(8).AsSize(reader, "backing file name offset");
        var nameLength = nameOffset == 0 ? 0 : header.Big32(16);
        if (nameLength > MaxBackingName)
        {
            throw reader.Damaged($"the name of its backing file is {nameLength} bytes long");
        }

        var bytesPerL1Entry = 1L << (clusterBits + l2Bits);
        var l1Bytes = ((size + bytesPerL1Entry - 1) / bytesPerL1Entry) * 8;
        if (header.Big64(40).AsSize(reader, "L1 table offset") > reader.Length - l1Bytes)
        {
            throw reader.Truncated("L1 table");
        }

        return new()
        {
            VirtualSize = size.WholeSectors(),
            NamedFile = nameLength == 0
                ? null
                : new(NamedFileRole.Backing, "backing file", reader.ReadName(nameOffset, (int)nameLength, "backing file")),
        };
    }
}
