namespace VirtTools.Images.Formats;

/// <summary>
/// VMDK, VMware's format ("Virtual Disk Format 5.0"). One file that holds everything (monolithicSparse, streamOptimized) is read by QEMU from
/// a descriptor; a text file that describes one flat extent is replaced by that extent; of the rest QEMU opens the parts by name, which is refused.
/// </summary>
internal static class VmdkHeader
{
    private const int SparseHeaderLength = 79;
    private const int SectorSize = 512;
    private const int DescriptorSectors = 20; // what QEMU reads of an embedded descriptor
    private const ulong GrainDirectoryAtEnd = ulong.MaxValue;
    private static ReadOnlySpan<byte> SparseMagic => "KDMV"u8;
    private static ReadOnlySpan<byte> EsxMagic => "COWD"u8;

    public static bool Matches(HeaderReader reader) =>
        reader.Start.StartsWith(SparseMagic) || reader.Start.StartsWith(EsxMagic) || IsDescriptor(reader.Start);

    public static ImageHeader Parse(HeaderReader reader)
    {
        if (reader.Start.StartsWith(EsxMagic))
        {
            throw reader.Unsupported("one part of an ESX disk (COWD); add its descriptor's disk after converting it with vmkfstools or qemu-img convert");
        }

        return reader.Start.StartsWith(SparseMagic) ? ParseSparse(reader) : ParseDescriptorFile(reader);
    }

    /// <summary>Comments and blank lines, then <c>version=1</c> to <c>3</c>: the rule of QEMU's probe.</summary>
    private static bool IsDescriptor(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            if (end < 0)
            {
                return false;
            }

            var line = text[..end].TrimEnd((byte)'\r');
            if (line.Length == 9 && line.StartsWith("version="u8) && line[8] is >= (byte)'1' and <= (byte)'3')
            {
                return true;
            }

            var isComment = line.StartsWith("#"u8);
            if (!isComment && line.ContainsAnyExcept((byte)' '))
            {
                return false;
            }

            text = text[(end + 1)..];
        }

        return false;
    }

    private static ImageHeader ParseSparse(HeaderReader reader)
    {
        var header = reader.Header(SparseHeaderLength);
        var capacity = header.Little64(12);
        var descriptorOffset = header.Little64(28).SectorsAsSize(reader, "descriptor offset");
        var descriptor = descriptorOffset == 0 ? null : ReadDescriptor(reader, descriptorOffset, header.Little64(36));
        if (capacity == 0)
        {
            // QEMU would go by the descriptor and open whatever that names.
            return new() { NamedFile = new(NamedFileRole.Unreachable, "extent", descriptor?.Extents.FirstOrDefault()?.Name ?? "") };
        }

        return new()
        {
            // With the directory at the end, the sizes that count are in a footer.
            VirtualSize = header.Little64(56) == GrainDirectoryAtEnd ? null : capacity.SectorsAsSize(reader, "capacity"),
            NamedFile = NamedFileOfSparse(descriptor),
        };
    }

    /// <summary>A sparse file names itself, under the name it was made with; anything else points elsewhere.</summary>
    private static NamedFile? NamedFileOfSparse(VmdkDescriptor? descriptor)
    {
        var strange = descriptor?.Extents.FirstOrDefault(extent => extent.Name.Contains('/') || !extent.IsSparse)
            ?? descriptor?.Extents.ElementAtOrDefault(1);
        return strange is not null ? new(NamedFileRole.Unreachable, "extent", strange.Name) : ParentOf(descriptor);
    }

    private static ImageHeader ParseDescriptorFile(HeaderReader reader)
    {
        var descriptor = ReadDescriptor(reader, 0, (ulong)HeaderReader.LargestRead / SectorSize);
        if (ParentOf(descriptor) is { } parent)
        {
            return new() { NamedFile = parent with { Role = NamedFileRole.Unreachable } };
        }

        return descriptor.Extents switch
        {
            [] => throw reader.Damaged("a descriptor without extents"),
            [{ IsFlat: true, Offset: 0 } extent] when !extent.Name.Contains('/') => Flat(extent),
            [var extent, ..] => new() { NamedFile = new(NamedFileRole.Unreachable, "extent", extent.Name) },
        };

        ImageHeader Flat(VmdkExtent extent)
        {
            var size = extent.Sectors.SectorsAsSize(reader, "extent size");
            return new() { VirtualSize = size, NamedFile = new(NamedFileRole.FlatExtent, "extent", extent.Name, "raw", size) };
        }
    }

    private static NamedFile? ParentOf(VmdkDescriptor? descriptor) =>
        descriptor?.Parent is { } parent ? new(NamedFileRole.Backing, "parent disk", parent, "vmdk") : null;

    private static VmdkDescriptor ReadDescriptor(HeaderReader reader, long offset, ulong sectors)
    {
        if (sectors > HeaderReader.LargestRead / SectorSize)
        {
            throw reader.Damaged($"a descriptor of {sectors} sectors");
        }

        var buffer = new byte[Math.Max((int)sectors, DescriptorSectors) * SectorSize];
        ReadOnlySpan<byte> text = buffer.AsSpan(0, reader.ReadSome(offset, buffer));
        var end = text.IndexOf((byte)0);
        return VmdkDescriptor.Parse(reader, end < 0 ? text : text[..end]);
    }
}
