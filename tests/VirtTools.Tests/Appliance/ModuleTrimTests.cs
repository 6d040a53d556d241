using System.Buffers.Binary;
using System.Text;
using VirtTools.Appliance;

namespace VirtTools.Tests.Appliance;

public sealed class ModuleTrimTests
{
    private const int HeaderSize = 64;
    private const ulong Allocated = 2;
    private const ulong Executable = 4;
    private static readonly byte[] Call = [0xE8, 0, 0, 0, 0];
    private static readonly byte[] NoOperation = [0x0F, 0x1F, 0x44, 0, 0];

    [Fact]
    public void The_signature_is_cut_off()
    {
        var module = Module();
        byte[] signed = [.. module, .. new byte[300], .. new byte[8], 0, 0, 1, 44, .. "~Module signature appended~\n"u8];

        var trimmed = ModuleTrim.Trim(signed, "m.ko");

        Assert.Equal(module.Length, trimmed.Length);
    }

    [Fact]
    public void Calls_of_the_tracer_become_nothing_and_other_calls_stay()
    {
        var trimmed = ModuleTrim.Trim(Module(), "m.ko").Span;

        var text = trimmed.Slice(HeaderSize, 10);
        Assert.Equal(NoOperation, text[..5].ToArray());
        Assert.Equal(Call, text[5..].ToArray());
        var relocations = trimmed.Slice(HeaderSize + 16, 48);
        Assert.Equal(0u, BinaryPrimitives.ReadUInt32LittleEndian(relocations[8..]));
        Assert.Equal(4u, BinaryPrimitives.ReadUInt32LittleEndian(relocations[32..]));
    }

    [Theory]
    [InlineData("__mcount_loc", 0UL, 10UL)]
    [InlineData("_ftrace_events", 0UL, 10UL)]
    [InlineData(".orc_unwind_ip", 0UL, 10UL)]
    [InlineData(".BTF", Allocated, 0UL)]
    [InlineData(".rodata", Allocated, 10UL)]
    public void Sections_for_tracing_are_ignored_by_the_kernel(string name, ulong flags, ulong size)
    {
        var trimmed = ModuleTrim.Trim(Module(name), "m.ko").Span;

        var header = trimmed[(int)BinaryPrimitives.ReadUInt64LittleEndian(trimmed[40..])..][64..];
        Assert.Equal(flags, BinaryPrimitives.ReadUInt64LittleEndian(header[8..]) & Allocated);
        Assert.Equal(size, BinaryPrimitives.ReadUInt64LittleEndian(header[32..]));
    }

    [Fact]
    public void What_is_no_module_is_refused()
    {
        var error = Assert.Throws<ApplianceException>(() => ModuleTrim.Trim("#!/bin/sh\n"u8.ToArray(), "m.ko"));

        Assert.Contains("m.ko: not a kernel module", error.Message);
    }

    [Fact]
    public void A_module_cut_anywhere_is_refused_with_a_sentence()
    {
        var module = Module();

        for (var length = 0; length < module.Length; length++)
        {
            Assert.Throws<ApplianceException>(() => ModuleTrim.Trim(module[..length], "m.ko"));
        }
    }

    [Fact]
    public void A_signature_larger_than_the_file_is_refused()
    {
        byte[] module = [.. Module(), 0xFF, 0xFF, 0xFF, 0xFF, .. "~Module signature appended~\n"u8];

        Assert.Throws<ApplianceException>(() => ModuleTrim.Trim(module, "m.ko"));
    }

    // A function with a call of the tracer and one of printk; the code's section has the given name and is number 1.
    private static byte[] Module(string codeSection = ".text")
    {
        var names = Encoding.ASCII.GetBytes($"\0{codeSection}\0.rela\0.symtab\0.strtab\0.shstrtab\0");
        var strings = "\0__fentry__\0printk\0"u8.ToArray();
        byte[] text = [.. Call, .. Call];
        byte[] relocations = [.. Relocation(offset: 1, symbol: 1), .. Relocation(offset: 6, symbol: 2)];
        byte[] symbols = [.. new byte[24], .. Symbol(1), .. Symbol(12)];

        var module = new MemoryStream();
        module.Write(new byte[HeaderSize]);
        var textAt = Append(text);
        var relocationsAt = Append(relocations);
        var symbolsAt = Append(symbols);
        var stringsAt = Append(strings);
        var namesAt = Append(names);
        var table = Append(
        [
            .. new byte[64],
            .. Section(1, 1, textAt, text.Length, flags: codeSection == ".text" ? Allocated | Executable : Allocated),
            .. Section(2 + codeSection.Length, 4, relocationsAt, relocations.Length, link: 3, target: 1),
            .. Section(0, 2, symbolsAt, symbols.Length, link: 4),
            .. Section(0, 3, stringsAt, strings.Length),
            .. Section(0, 3, namesAt, names.Length),
        ]);
        var elf = module.ToArray();
        "\u007FELF\u0002\u0001"u8.CopyTo(elf);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(16), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(40), (ulong)table);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(60), 6);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(62), 5);
        return elf;

        long Append(byte[] bytes)
        {
            while (module.Length % 16 != 0)
            {
                module.WriteByte(0);
            }

            var at = module.Length;
            module.Write(bytes);
            return at;
        }
    }

    private static byte[] Relocation(ulong offset, uint symbol)
    {
        var bytes = new byte[24];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, offset);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), 4); // R_X86_64_PLT32
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(12), symbol);
        return bytes;
    }

    private static byte[] Symbol(uint name)
    {
        var bytes = new byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, name);
        return bytes;
    }

    private static byte[] Section(int name, uint type, long offset, long size, uint link = 0, uint target = 0, ulong flags = 0)
    {
        var bytes = new byte[64];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, name);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), type);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), flags);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), offset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), size);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), link);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(44), target);
        return bytes;
    }
}
