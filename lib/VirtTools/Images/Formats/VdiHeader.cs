namespace VirtTools.Images.Formats;

/// <summary>VDI, VirtualBox's format, version 1.1.</summary>
internal static class VdiHeader
{
    private const int HeaderLength = 512;
    private const uint Signature = 0xBEDA107F;
    private const uint Version = 0x00010001;
    private const int SectorSize = 512;

    public static bool Matches(HeaderReader reader) => reader.Start.Length == HeaderLength && reader.Start.Little32(0x40) == Signature;

    public static ImageHeader Parse(HeaderReader reader)
    {
        var header = reader.Header(HeaderLength);
        var version = header.Little32(0x44);
        if (version != Version)
        {
            throw reader.Unsupported($"a vdi image of version {version >> 16}.{version & 0xFFFF}, of which only 1.1 is known; convert it with VBoxManage clonemedium");
        }

        var size = header.Little64(0x170).AsSize(reader, "virtual size");
        var blockSize = header.Little32(0x178);
        var blocks = header.Little32(0x180);
        if (header.Little32(0x168) != SectorSize || blockSize == 0 || size / blockSize > blocks)
        {
            throw reader.Damaged($"{blocks} blocks of {blockSize} bytes for a disk of {size} bytes");
        }

        if (header.Little32(0x154) > reader.Length - (blocks * 4L))
        {
            throw reader.Truncated("block map");
        }

        // A linked clone or snapshot knows its parent by UUID only.
        var parents = header.Slice(0x1A8, 32);
        return new()
        {
            VirtualSize = size.UpToSector(),
            NamedFile = parents.ContainsAnyExcept((byte)0) ? new(NamedFileRole.Unreachable, "parent disk", "") : null,
        };
    }
}
