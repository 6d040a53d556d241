using System.Buffers.Binary;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>
/// Finds resources in a Windows program ("PE Format", section "The .rsrc Section"). The file is hostile: each table is read once, of bounded length, and
/// the tree of resources has the three levels that it has by definition.
/// </summary>
/// <param name="read">Reads the program.</param>
internal sealed class ProgramResources(HiveRead read)
{
    /// <summary>Type of a bitmap.</summary>
    public const uint Bitmap = 2;

    private const int LargestResource = 4 * 1024 * 1024;
    private const int MostEntries = 4096;
    private const int MostSections = 96;

    // Offsets in the headers.
    private const int HeaderPlace = 0x3C;
    private const int SectionCount = 6;
    private const int OptionalSize = 20;
    private const int OptionalStart = 24;
    private const int DirectoriesOfPe32 = 96;
    private const int DirectoriesOfPe64 = 112;
    private const int ResourceDirectory = 2;
    private const int DirectoryEntrySize = 8;
    private const int SectionSize = 40;

    private const int TableHead = 16;
    private const int EntrySize = 8;
    private const uint IsTable = 0x8000_0000;

    /// <summary>The bytes of a resource, in whichever language comes first; null where there is none.</summary>
    public byte[]? Find(uint type, uint name)
    {
        if (Sections() is not { } sections || Place(sections.Resources, sections.List) is not { } start
            || Entry(start, 0, type) is not { } names || Entry(start, names, name) is not { } languages || Entry(start, languages, null) is not { } leaf
            || Read(start + leaf, 16) is not { } description)
        {
            return null;
        }

        var size = BinaryPrimitives.ReadUInt32LittleEndian(description.AsSpan(4));
        return size <= LargestResource && Place(BinaryPrimitives.ReadUInt32LittleEndian(description), sections.List) is { } place
            ? Read(place, (int)size)
            : null;
    }

    private (uint Resources, List<Section> List)? Sections()
    {
        if (Read(0, HeaderPlace + 4) is not { } head || !head.AsSpan().StartsWith("MZ"u8))
        {
            return null;
        }

        long start = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(HeaderPlace));
        if (Read(start, OptionalStart + 2) is not { } header || !header.AsSpan().StartsWith("PE\0\0"u8))
        {
            return null;
        }

        var directories = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(OptionalStart)) == 0x20B ? DirectoriesOfPe64 : DirectoriesOfPe32;
        var sections = start + OptionalStart + BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(OptionalSize));
        var count = Math.Min((int)BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(SectionCount)), MostSections);
        if (Read(start + OptionalStart + directories + ResourceDirectory * DirectoryEntrySize, 4) is not { } directory
            || Read(sections, count * SectionSize) is not { } table)
        {
            return null;
        }

        var list = new List<Section>();
        for (var i = 0; i < count; i++)
        {
            var section = table.AsSpan(i * SectionSize);
            list.Add(new(
                BinaryPrimitives.ReadUInt32LittleEndian(section[12..]), BinaryPrimitives.ReadUInt32LittleEndian(section[16..]),
                BinaryPrimitives.ReadUInt32LittleEndian(section[20..])));
        }

        return (BinaryPrimitives.ReadUInt32LittleEndian(directory), list);
    }

    // Where in the file an address of the running program lies.
    private static long? Place(uint address, List<Section> sections)
    {
        foreach (var section in sections)
        {
            if (address >= section.Address && address - section.Address < section.Size)
            {
                return section.Start + (long)(address - section.Address);
            }
        }

        return null;
    }

    // An entry of a table of the tree: the one with a number, or the first; entries with names come in front of those with numbers.
    private uint? Entry(long start, uint table, uint? number)
    {
        if (Read(start + (table & ~IsTable), TableHead) is not { } head)
        {
            return null;
        }

        var count = BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(12)) + BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(14));
        if (Read(start + (table & ~IsTable) + TableHead, Math.Min(count, MostEntries) * EntrySize) is not { } entries)
        {
            return null;
        }

        for (var place = 0; place < entries.Length; place += EntrySize)
        {
            if (number is null || BinaryPrimitives.ReadUInt32LittleEndian(entries.AsSpan(place)) == number)
            {
                return BinaryPrimitives.ReadUInt32LittleEndian(entries.AsSpan(place + 4));
            }
        }

        return null;
    }

    private byte[]? Read(long offset, int length)
    {
        var bytes = new byte[length];
        return read(bytes, offset) == length ? bytes : null;
    }

    private readonly record struct Section(uint Address, uint Size, uint Start);
}
