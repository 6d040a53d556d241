namespace VirtTools.Images.Formats;

/// <summary>VHDX, Hyper-V's format ([MS-VHDX]): region table, metadata table, and from there size and parent.</summary>
internal static class VhdxHeader
{
    private const int RegionTableOffset = 192 * 1024;
    private const int TableSize = 64 * 1024;
    private const int MaxEntries = 2047;
    private const int RegionEntrySize = 32;
    private const int MetadataEntrySize = 32;
    private const uint HasParent = 2;
    private static readonly Guid MetadataRegion = new("8B7CA206-4790-4B9A-B8FE-575F050F886E");
    private static readonly Guid FileParameters = new("CAA16737-FA36-4D43-B3B6-33F0AA44E76B");
    private static readonly Guid VirtualDiskSize = new("2FA54224-CD1B-4876-B211-5DBED83BF4B8");

    public static bool Matches(HeaderReader reader) => reader.Start.StartsWith("vhdxfile"u8);

    public static ImageHeader Parse(HeaderReader reader)
    {
        var metadata = MetadataOffset(reader);
        ReadOnlySpan<byte> table = reader.Read(metadata, TableSize, "metadata table");
        if (!table.StartsWith("metadata"u8))
        {
            throw reader.Damaged("no metadata table where the region table says");
        }

        var count = table[10] | (table[11] << 8);
        var parameters = Item(reader, table, count, metadata, FileParameters, 8, "file parameters");
        var size = Item(reader, table, count, metadata, VirtualDiskSize, 8, "virtual disk size").Little64(0).AsSize(reader, "virtual size");
        return new()
        {
            VirtualSize = size.WholeSectors(),
            NamedFile = (parameters.Little32(4) & HasParent) != 0 ? new(NamedFileRole.Unreachable, "parent disk", "") : null,
        };
    }

    private static long MetadataOffset(HeaderReader reader)
    {
        ReadOnlySpan<byte> table = reader.Read(RegionTableOffset, TableSize, "region table");
        var count = table.Little32(8);
        if (!table.StartsWith("regi"u8) || count > MaxEntries)
        {
            throw reader.Damaged("no region table at 192 KiB");
        }

        for (var index = 0; index < count; index++)
        {
            var entry = table.Slice(16 + (index * RegionEntrySize), RegionEntrySize);
            if (new Guid(entry[..16]) == MetadataRegion)
            {
                return entry.Little64(16).AsSize(reader, "metadata offset");
            }
        }

        throw reader.Damaged("the region table lists no metadata");
    }

    private static ReadOnlySpan<byte> Item(
        HeaderReader reader, ReadOnlySpan<byte> table, int count, long metadata, Guid wanted, int length, string what)
    {
        for (var index = 0; index < Math.Min(count, MaxEntries); index++)
        {
            var entry = table.Slice(32 + (index * MetadataEntrySize), MetadataEntrySize);
            if (new Guid(entry[..16]) == wanted)
            {
                return reader.Read(metadata + entry.Little32(16), length, what);
            }
        }

        throw reader.Damaged($"the metadata holds no {what}");
    }
}
