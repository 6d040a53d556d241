using System.Numerics;

namespace VirtTools.Images.Formats;

/// <summary>QED, QEMU's enhanced disk format (QEMU, docs/interop/qed_spec).</summary>
internal static class QedHeader
{
    private const uint Magic = 0x00444551; // "QED\0"
    private const int HeaderLength = 64;
    private const uint MinClusterSize = 4 * 1024;
    private const uint MaxClusterSize = 64 * 1024 * 1024;
    private const uint MaxTableClusters = 16;
    private const uint MaxBackingName = 1023;
    private const ulong HasBackingFile = 1;
    private const ulong BackingFileIsRaw = 4;
    private const ulong KnownFeatures = 7;

    public static bool Matches(HeaderReader reader) => reader.Start.Length >= HeaderLength && reader.Start.Little32(0) == Magic;

    public static ImageHeader Parse(HeaderReader reader)
    {
        var header = reader.Header(HeaderLength);
        var clusterSize = header.Little32(4);
        var tableClusters = header.Little32(8);
        var headerClusters = header.Little32(12);
        if (clusterSize is < MinClusterSize or > MaxClusterSize || !BitOperations.IsPow2(clusterSize)
            || tableClusters is 0 or > MaxTableClusters || headerClusters == 0)
        {
            throw reader.Damaged($"clusters of {clusterSize} bytes, tables of {tableClusters} and a header of {headerClusters} clusters");
        }

        var features = header.Little64(16);
        if ((features & ~KnownFeatures) != 0)
        {
            throw reader.Unsupported("a qed image with features that are not known here; convert it with the program that made it");
        }

        var l1Offset = header.Little64(40).AsSize(reader, "L1 table offset");
        if (l1Offset > reader.Length - ((long)tableClusters * clusterSize))
        {
            throw reader.Truncated("L1 table");
        }

        var size = header.Little64(48).AsSize(reader, "virtual size");
        return new() { VirtualSize = size.WholeSectors(), NamedFile = BackingFileOf(reader, features, (long)headerClusters * clusterSize) };
    }

    private static NamedFile? BackingFileOf(HeaderReader reader, ulong features, long headerSize)
    {
        if ((features & HasBackingFile) == 0)
        {
            return null;
        }

        var offset = reader.Header(HeaderLength).Little32(56);
        var length = reader.Header(HeaderLength).Little32(60);
        if (length > MaxBackingName || offset + (long)length > headerSize)
        {
            throw reader.Damaged($"the name of its backing file, {length} bytes at {offset}, is not inside the header");
        }

        var name = reader.ReadName(offset, (int)length, "backing file");
        return new(NamedFileRole.Backing, "backing file", name, (features & BackingFileIsRaw) != 0 ? "raw" : null);
    }
}
