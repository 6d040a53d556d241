using VirtTools.Appliance;

namespace VirtTools.Tests.Appliance;

public sealed class ElfFileTests
{
    [Fact]
    public void A_dynamic_program_names_its_linker_and_its_libraries()
    {
        var elf = ElfFile.TryParse(File.ReadAllBytes(Environment.ProcessPath!));

        Assert.Equal("/lib64/ld-linux-x86-64.so.2", elf?.Interpreter);
        Assert.Contains("libc.so.6", elf!.Needed);
        Assert.True(elf.GlibcVersion >= new Version(2, 2));
    }

    [Fact]
    public void A_program_cut_anywhere_is_read_without_an_exception()
    {
        var elf = File.ReadAllBytes(Environment.ProcessPath!);

        for (var length = 0; length < elf.Length; length += 1 + (elf.Length / 500))
        {
            ElfFile.TryParse(elf.AsSpan(0, length));
        }

        Assert.Null(ElfFile.TryParse(elf.AsSpan(0, 63)));
    }

    [Fact]
    public void A_text_file_is_no_program()
    {
        Assert.Null(ElfFile.TryParse("#!/bin/sh\necho this is long enough to have a header of sixty-four bytes\n"u8));
    }
}
