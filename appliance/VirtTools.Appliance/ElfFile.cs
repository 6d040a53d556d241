using System.Buffers.Binary;
using System.Text;

namespace VirtTools.Appliance;

/// <summary>What the dynamic linker reads of a 64-bit little-endian ELF file: its interpreter and the libraries that it names.</summary>
/// <param name="Interpreter">The dynamic linker, null for libraries and static programs.</param>
/// <param name="Needed">The names of the libraries (DT_NEEDED).</param>
/// <param name="SearchPath">Folders that the file itself names (DT_RUNPATH or DT_RPATH), may hold $ORIGIN.</param>
/// <param name="GlibcVersion">The newest version GLIBC_2.N that it asks for; null where it asks for none.</param>
internal sealed record ElfFile(string? Interpreter, IReadOnlyList<string> Needed, IReadOnlyList<string> SearchPath, Version? GlibcVersion)
{
    private const uint LoadHeader = 1; // PT_LOAD
    private const uint DynamicHeader = 2; // PT_DYNAMIC
    private const uint InterpreterHeader = 3; // PT_INTERP
    private const string GlibcPrefix = "GLIBC_";

    private const ulong NeededTag = 1;
    private const ulong StringTableTag = 5;
    private const ulong RPathTag = 15;
    private const ulong RunPathTag = 29;
    private const ulong VersionNeededTag = 0x6FFFFFFE;
    private const ulong VersionNeededCountTag = 0x6FFFFFFF;

    /// <summary>Reads a file; null where it is no such ELF file, or damaged.</summary>
    public static ElfFile? TryParse(ReadOnlySpan<byte> elf)
    {
        try
        {
            return IsElf(elf) ? Parse(elf) : null;
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>Whether the bytes begin like a 64-bit little-endian ELF file.</summary>
    public static bool IsElf(ReadOnlySpan<byte> bytes) => bytes.Length >= 64 && bytes.StartsWith("\u007FELF"u8) && bytes[4] == 2 && bytes[5] == 1;

    private static ElfFile Parse(ReadOnlySpan<byte> elf)
    {
        string? interpreter = null;
        ReadOnlySpan<byte> dynamic = [];
        foreach (var segment in Segments(elf))
        {
            switch (segment.Kind)
            {
                case InterpreterHeader:
                    interpreter = Text(elf.Slice((int)segment.Offset, (int)segment.Size));
                    break;
                case DynamicHeader:
                    dynamic = elf.Slice((int)segment.Offset, (int)segment.Size);
                    break;
            }
        }

        var entries = Entries(dynamic);
        var strings = entries.Where(entry => entry.Tag == StringTableTag).Select(entry => (ulong?)entry.Value).FirstOrDefault();
        if (strings is not { } address)
        {
            return new(interpreter, [], [], null);
        }

        var table = elf[At(elf, address)..];
        List<string> needed = [], search = [];
        foreach (var (tag, value) in entries)
        {
            switch (tag)
            {
                case NeededTag:
                    needed.Add(Text(table[(int)value..]));
                    break;
                case RPathTag or RunPathTag:
                    search.AddRange(Text(table[(int)value..]).Split(':', StringSplitOptions.RemoveEmptyEntries));
                    break;
            }
        }

        return new(interpreter, needed, search, NewestGlibc(elf, entries, table));
    }

    private static Version? NewestGlibc(ReadOnlySpan<byte> elf, List<(ulong Tag, ulong Value)> entries, ReadOnlySpan<byte> strings)
    {
        Version? newest = null;
        var (tag, address) = entries.FirstOrDefault(entry => entry.Tag == VersionNeededTag);
        var count = entries.FirstOrDefault(entry => entry.Tag == VersionNeededCountTag).Value;
        if (tag == 0)
        {
            return null;
        }

        // Elf64_Verneed: version, count, file, first, next; Elf64_Vernaux: hash, flags, other, name, next.
        var library = At(elf, address);
        for (ulong i = 0; i < count; i++)
        {
            var names = BinaryPrimitives.ReadUInt16LittleEndian(elf[(library + 2)..]);
            var at = library + (int)BinaryPrimitives.ReadUInt32LittleEndian(elf[(library + 8)..]);
            for (var j = 0; j < names; j++)
            {
                var name = Text(strings[(int)BinaryPrimitives.ReadUInt32LittleEndian(elf[(at + 8)..])..]);
                if (name.StartsWith(GlibcPrefix, StringComparison.Ordinal)
                    && Version.TryParse(name.AsSpan(GlibcPrefix.Length), out var version)
                    && (newest is null || version > newest))
                {
                    newest = version;
                }

                at += (int)BinaryPrimitives.ReadUInt32LittleEndian(elf[(at + 12)..]);
            }

            library += (int)BinaryPrimitives.ReadUInt32LittleEndian(elf[(library + 12)..]);
        }

        return newest;
    }

    private static List<(ulong Tag, ulong Value)> Entries(ReadOnlySpan<byte> dynamic)
    {
        List<(ulong, ulong)> entries = [];
        for (; dynamic.Length >= 16; dynamic = dynamic[16..])
        {
            var tag = BinaryPrimitives.ReadUInt64LittleEndian(dynamic);
            if (tag == 0)
            {
                break;
            }

            entries.Add((tag, BinaryPrimitives.ReadUInt64LittleEndian(dynamic[8..])));
        }

        return entries;
    }

    private static List<(uint Kind, ulong Offset, ulong Address, ulong Size)> Segments(ReadOnlySpan<byte> elf)
    {
        var table = (int)BinaryPrimitives.ReadUInt64LittleEndian(elf[32..]);
        var entrySize = BinaryPrimitives.ReadUInt16LittleEndian(elf[54..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(elf[56..]);
        List<(uint, ulong, ulong, ulong)> segments = [];
        for (var i = 0; i < count; i++)
        {
            var header = elf[(table + (i * entrySize))..];
            segments.Add((
                BinaryPrimitives.ReadUInt32LittleEndian(header),
                BinaryPrimitives.ReadUInt64LittleEndian(header[8..]),
                BinaryPrimitives.ReadUInt64LittleEndian(header[16..]),
                BinaryPrimitives.ReadUInt64LittleEndian(header[32..])));
        }

        return segments;
    }

    private static int At(ReadOnlySpan<byte> elf, ulong address)
    {
        foreach (var segment in Segments(elf))
        {
            if (segment.Kind == LoadHeader && address >= segment.Address && address - segment.Address < segment.Size)
            {
                return (int)(address - segment.Address + segment.Offset);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(address), "no segment holds this address");
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
