using System.Buffers.Binary;
using VirtTools.Appliance;

namespace VirtTools.Tests.Appliance;

public sealed class KernelImageTests
{
    private const int Start = 5 * 512;
    private static readonly byte[] Xz = [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 1, 2, 3, 4];

    [Fact]
    public void The_compressed_kernel_is_found_without_the_size_behind_it()
    {
        var image = BzImage([.. Xz, 0xAA, 0xBB, 0xCC, 0xDD]);

        Assert.Equal(Xz, KernelImage.FindXzStream(image, "vmlinuz").ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(4096)]
    public void Bytes_that_are_no_kernel_are_refused(int length)
    {
        var error = Assert.Throws<ApplianceException>(() => KernelImage.FindXzStream(new byte[length], "vmlinuz"));

        Assert.Contains("vmlinuz: not a Linux kernel", error.Message);
    }

    [Fact]
    public void A_kernel_that_ends_too_early_is_refused()
    {
        var image = BzImage([.. Xz, 0, 0, 0, 0])[..^1];

        var error = Assert.Throws<ApplianceException>(() => KernelImage.FindXzStream(image, "vmlinuz"));

        Assert.Contains("past the end", error.Message);
    }

    [Fact]
    public void A_payload_offset_of_four_gigabytes_is_refused()
    {
        var image = BzImage([.. Xz, 0, 0, 0, 0]);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x248), uint.MaxValue);

        Assert.Throws<ApplianceException>(() => KernelImage.FindXzStream(image, "vmlinuz"));
    }

    [Fact]
    public void A_kernel_compressed_with_gzip_is_refused_by_name()
    {
        var image = BzImage([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

        var error = Assert.Throws<ApplianceException>(() => KernelImage.FindXzStream(image, "vmlinuz"));

        Assert.Contains("not compressed with xz", error.Message);
    }

    [Fact]
    public void The_note_of_the_PVH_entry_is_found()
    {
        Assert.True(KernelImage.HasPvhEntry(ElfWithNotes([.. Note(6, "Xen\0", 6), .. Note(18, "Xen\0", 4)])));
    }

    [Theory]
    [InlineData(17, "Xen\0")]
    [InlineData(18, "GNU\0")]
    public void Other_notes_are_no_PVH_entry(uint kind, string name)
    {
        Assert.False(KernelImage.HasPvhEntry(ElfWithNotes(Note(kind, name, 4))));
    }

    [Fact]
    public void A_damaged_ELF_file_has_no_PVH_entry_and_throws_nothing()
    {
        var elf = ElfWithNotes(Note(18, "Xen\0", 4));
        var random = new Random(3);

        for (var i = 0; i < 20_000; i++)
        {
            var damaged = elf[..random.Next(elf.Length + 1)];
            for (var j = random.Next(4); j > 0 && damaged.Length > 0; j--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            KernelImage.HasPvhEntry(damaged);
            ElfFile.TryParse(damaged);
        }

        Assert.False(KernelImage.HasPvhEntry(elf[..64]));
    }

    [Fact]
    public void Zeros_at_the_end_of_the_last_segment_go_and_its_size_in_the_file_says_so()
    {
        var elf = ElfWithNotes([1, 2, 3, 0, 0, 0, 0, 0]);
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(64), 1 /* PT_LOAD */);

        var trimmed = KernelImage.Trim(elf).ToArray();

        Assert.Equal([1, 2, 3], trimmed[120..]);
        Assert.Equal(3ul, BinaryPrimitives.ReadUInt64LittleEndian(trimmed.AsSpan(64 + 32)));
    }

    private static byte[] BzImage(byte[] payload)
    {
        var image = new byte[Start + payload.Length];
        image[0x1F1] = 4;
        "HdrS"u8.CopyTo(image.AsSpan(0x202));
        BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(0x206), 0x20F);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x248), 0);
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(0x24C), (uint)payload.Length);
        payload.CopyTo(image, Start);
        return image;
    }

    private static byte[] ElfWithNotes(byte[] notes)
    {
        const int HeaderSize = 64, ProgramHeaderSize = 56;
        var elf = new byte[HeaderSize + ProgramHeaderSize + notes.Length];
        "\u007FELF"u8.CopyTo(elf);
        elf[4] = 2;
        elf[5] = 1;
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(32), HeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(54), ProgramHeaderSize);
        BinaryPrimitives.WriteUInt16LittleEndian(elf.AsSpan(56), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(HeaderSize), 4);
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(HeaderSize + 8), HeaderSize + ProgramHeaderSize);
        BinaryPrimitives.WriteUInt64LittleEndian(elf.AsSpan(HeaderSize + 32), (ulong)notes.Length);
        notes.CopyTo(elf, HeaderSize + ProgramHeaderSize);
        return elf;
    }

    private static byte[] Note(uint kind, string name, int valueSize)
    {
        var note = new byte[12 + 4 + ((valueSize + 3) & ~3)];
        BinaryPrimitives.WriteUInt32LittleEndian(note, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(note.AsSpan(4), (uint)valueSize);
        BinaryPrimitives.WriteUInt32LittleEndian(note.AsSpan(8), kind);
        System.Text.Encoding.ASCII.GetBytes(name).CopyTo(note, 12);
        return note;
    }
}
