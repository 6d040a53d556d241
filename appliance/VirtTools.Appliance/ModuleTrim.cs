using System.Buffers.Binary;

namespace VirtTools.Appliance;

/// <summary>
/// Takes out of a kernel module what costs time when it is loaded under emulation and serves nobody in an appliance: the signature, the places for
/// the function tracer, the kernel's own trace events, the tables of the stack unwinder, the type information for BPF programs.
/// </summary>
/// <remarks>
/// Measured for the twenty-odd modules of a start and a rehearsal under TCG: a seventh of the time goes into SHA-256 over signed modules and into looking up the
/// symbol of each traced function. Layouts: elf(5), and the kernel's kernel/module/main.c, which ignores a section that is not to be allocated.
/// </remarks>
internal static class ModuleTrim
{
    private const ushort Relocatable = 1; // ET_REL
    private const uint SymbolTable = 2; // SHT_SYMTAB
    private const uint RelocationsWithAddend = 4; // SHT_RELA
    private const ulong Allocated = 2; // SHF_ALLOC
    private const ulong Executable = 4; // SHF_EXECINSTR
    private const int SectionHeaderSize = 64;
    private const int SymbolSize = 24;
    private const int RelocationSize = 24;

    private const byte CallOpcode = 0xE8;
    private const int CallSize = 5;

    /// <summary>Sections that the kernel takes as missing when they are not to be allocated.</summary>
    private static readonly string[] IgnoredSections =
        ["__mcount_loc", "_ftrace_events", "_ftrace_eval_map", ".orc_header", ".orc_unwind", ".orc_unwind_ip"];

    /// <summary>Sections that the kernel finds even so, and takes as missing when they are empty.</summary>
    private static readonly string[] EmptiedSections = [".BTF"];

    private static ReadOnlySpan<byte> SignatureMark => "~Module signature appended~\n"u8;

    private static ReadOnlySpan<byte> NoOperation => [0x0F, 0x1F, 0x44, 0x00, 0x00];

    /// <summary>The module without all that.</summary>
    /// <param name="module">The content of the file; it is changed.</param>
    /// <param name="name">Named in messages.</param>
    /// <exception cref="ApplianceException">It is no module for x86-64, or damaged.</exception>
    public static ReadOnlyMemory<byte> Trim(byte[] module, string name)
    {
        try
        {
            var elf = module.AsMemory(0, module.Length - SignatureSize(module));
            if (!ElfFile.IsElf(elf.Span) || BinaryPrimitives.ReadUInt16LittleEndian(elf.Span[16..]) != Relocatable)
            {
                throw new ApplianceException($"{name}: not a kernel module for x86_64");
            }

            TrimSections(elf.Span);
            return elf;
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException)
        {
            throw new ApplianceException($"{name}: the kernel module is damaged", e);
        }
    }

    // Behind the module: the signature, a record of twelve bytes whose last four are the signature's size, the mark.
    private static int SignatureSize(ReadOnlySpan<byte> module)
    {
        const int RecordSize = 12;
        if (!module.EndsWith(SignatureMark))
        {
            return 0;
        }

        var sizeAt = module.Length - SignatureMark.Length - 4;
        return checked(SignatureMark.Length + RecordSize + (int)BinaryPrimitives.ReadUInt32BigEndian(module[sizeAt..]));
    }

    private static void TrimSections(Span<byte> elf)
    {
        var table = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(elf[40..]));
        var count = BinaryPrimitives.ReadUInt16LittleEndian(elf[60..]);
        var headers = elf.Slice(table, count * SectionHeaderSize);
        var names = Content(elf, Header(headers, BinaryPrimitives.ReadUInt16LittleEndian(elf[62..])));
        for (var i = 0; i < count; i++)
        {
            var header = Header(headers, i);
            var name = Text(names, BinaryPrimitives.ReadUInt32LittleEndian(header));
            if (Names(IgnoredSections, name))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(header[8..], BinaryPrimitives.ReadUInt64LittleEndian(header[8..]) & ~Allocated);
            }
            else if (Names(EmptiedSections, name))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(header[32..], 0);
            }
            else if (BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == RelocationsWithAddend)
            {
                RemoveTracerCalls(elf, headers, header);
            }
        }
    }

    // What ftrace does when a module is loaded, done beforehand: the call of __fentry__ at the start of each function becomes a nop.
    private static void RemoveTracerCalls(Span<byte> elf, Span<byte> headers, Span<byte> relocationsHeader)
    {
        var symbolsHeader = Header(headers, (int)BinaryPrimitives.ReadUInt32LittleEndian(relocationsHeader[40..]));
        var targetHeader = Header(headers, (int)BinaryPrimitives.ReadUInt32LittleEndian(relocationsHeader[44..]));
        if (BinaryPrimitives.ReadUInt32LittleEndian(symbolsHeader[4..]) != SymbolTable
            || (BinaryPrimitives.ReadUInt64LittleEndian(targetHeader[8..]) & Executable) == 0)
        {
            return;
        }

        var symbols = Content(elf, symbolsHeader);
        var strings = Content(elf, Header(headers, (int)BinaryPrimitives.ReadUInt32LittleEndian(symbolsHeader[40..])));
        var target = Content(elf, targetHeader);
        for (var relocations = Content(elf, relocationsHeader); relocations.Length >= RelocationSize; relocations = relocations[RelocationSize..])
        {
            var symbol = (int)BinaryPrimitives.ReadUInt32LittleEndian(relocations[12..]);
            var operand = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(relocations));
            var symbolName = Text(strings, BinaryPrimitives.ReadUInt32LittleEndian(symbols.Slice(symbol * SymbolSize, SymbolSize)));
            if (symbolName.SequenceEqual("__fentry__"u8) && operand > 0 && target[operand - 1] == CallOpcode)
            {
                NoOperation.CopyTo(target.Slice(operand - 1, CallSize));
                relocations.Slice(8, 4).Clear(); // R_X86_64_NONE
            }
        }
    }

    private static Span<byte> Header(Span<byte> headers, int index) => headers.Slice(index * SectionHeaderSize, SectionHeaderSize);

    private static Span<byte> Content(Span<byte> elf, ReadOnlySpan<byte> header) => elf.Slice(
        checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..])), checked((int)BinaryPrimitives.ReadUInt64LittleEndian(header[32..])));

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> strings, uint offset)
    {
        var text = strings[checked((int)offset)..];
        var end = text.IndexOf((byte)0);
        return end < 0 ? text : text[..end];
    }

    private static bool Names(string[] sections, ReadOnlySpan<byte> name)
    {
        foreach (var section in sections)
        {
            if (name.Length == section.Length && System.Text.Ascii.Equals(name, section))
            {
                return true;
            }
        }

        return false;
    }
}
