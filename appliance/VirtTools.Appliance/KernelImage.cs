using System.Buffers.Binary;

namespace VirtTools.Appliance;

/// <summary>
/// Takes the uncompressed kernel out of a bzImage ("vmlinuz"): QEMU starts it at its PVH entry, which spares the guest three seconds of unpacking
/// under TCG.
/// </summary>
internal static class KernelImage
{
    // Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
    private const int SetupSectorsOffset = 0x1F1;
    private const int MagicOffset = 0x202;
    private const int VersionOffset = 0x206;
    private const int PayloadOffset = 0x248;
    private const int PayloadLength = 0x24C;
    private const int HeaderEnd = 0x250;
    private const int SectorSize = 512;
    private const int DefaultSetupSectors = 4;
    private const ushort FirstVersionWithPayload = 0x208;

    // The build appends the size of the unpacked kernel, which is no part of the xz stream (arch/x86/boot/compressed/Makefile, "xzkern_with_size").
    private const int AppendedSize = 4;

    private const uint LoadProgramHeader = 1; // PT_LOAD
    private const uint NoteProgramHeader = 4; // PT_NOTE
    private const uint PvhEntryNote = 18; // XEN_ELFNOTE_PHYS32_ENTRY

    /// <summary>The compressed kernel inside a bzImage, as a complete xz stream.</summary>
    /// <exception cref="ApplianceException">It is no bzImage, or not compressed with xz.</exception>
    public static ReadOnlyMemory<byte> FindXzStream(ReadOnlyMemory<byte> image, string name)
    {
        var bytes = image.Span;
        if (bytes.Length < HeaderEnd
            || !bytes[MagicOffset..(MagicOffset + 4)].SequenceEqual("HdrS"u8)
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[VersionOffset..]) < FirstVersionWithPayload)
        {
            throw new ApplianceException($"{name}: not a Linux kernel for x86 (bzImage)");
        }

        var setupSectors = bytes[SetupSectorsOffset] == 0 ? DefaultSetupSectors : bytes[SetupSectorsOffset];
        var start = (long)((setupSectors + 1) * SectorSize) + BinaryPrimitives.ReadUInt32LittleEndian(bytes[PayloadOffset..]);
        var length = (long)BinaryPrimitives.ReadUInt32LittleEndian(bytes[PayloadLength..]);
        if (length <= AppendedSize || start + length > bytes.Length)
        {
            throw new ApplianceException($"{name}: the kernel inside reaches past the end of the file");
        }

        var payload = image.Slice((int)start, (int)length - AppendedSize);
        return payload.Span.StartsWith(XzMagic)
            ? payload
            : throw new ApplianceException($"{name}: the kernel inside is not compressed with xz");
    }

    /// <summary>Whether an ELF file carries the note that lets QEMU start it directly.</summary>
    public static bool HasPvhEntry(ReadOnlySpan<byte> elf)
    {
        if (elf.Length < 64 || !elf.StartsWith("\u007FELF"u8) || elf[4] != 2 /* ELFCLASS64 */)
        {
            return false;
        }

        var table = BinaryPrimitives.ReadUInt64LittleEndian(elf[32..]);
        var entrySize = BinaryPrimitives.ReadUInt16LittleEndian(elf[54..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(elf[56..]);
        for (var i = 0; i < count; i++)
        {
            var at = table + ((ulong)i * entrySize);
            if (entrySize < 56 || at > (ulong)(elf.Length - 56))
            {
                return false;
            }

            var header = elf[(int)at..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) != NoteProgramHeader)
            {
                continue;
            }

            var offset = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
            var size = BinaryPrimitives.ReadUInt64LittleEndian(header[32..]);
            if (offset <= (ulong)elf.Length && size <= (ulong)elf.Length - offset && HasPvhNote(elf.Slice((int)offset, (int)size)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Takes the zeros off the end of a kernel: its last segment is stored with 24 MB of .bss, which QEMU would copy into the guest and thereby
    /// make memory of its own. Section headers go too; nothing reads them.
    /// </summary>
    /// <param name="elf">A kernel for which <see cref="HasPvhEntry"/> is true; its headers are changed.</param>
    /// <returns>The shorter kernel.</returns>
    public static ReadOnlySpan<byte> Trim(Span<byte> elf)
    {
        const int SizeInFileField = 32, SectionTableField = 40, SectionCountField = 60;
        var table = (int)BinaryPrimitives.ReadUInt64LittleEndian(elf[32..]);
        var entrySize = BinaryPrimitives.ReadUInt16LittleEndian(elf[54..]);
        var count = BinaryPrimitives.ReadUInt16LittleEndian(elf[56..]);
        Span<byte> last = [];
        int start = 0, end = 0;
        for (var i = 0; i < count; i++)
        {
            var header = elf[(table + (i * entrySize))..];
            var offset = (int)BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
            var size = (int)BinaryPrimitives.ReadUInt64LittleEndian(header[SizeInFileField..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) == LoadProgramHeader && offset + size > end)
            {
                last = header;
                start = offset;
                end = offset + size;
            }
        }

        if (last.IsEmpty)
        {
            return elf;
        }

        var kept = elf[start..end].TrimEnd((byte)0).Length;
        BinaryPrimitives.WriteUInt64LittleEndian(last[SizeInFileField..], (ulong)kept);
        elf.Slice(SectionTableField, sizeof(ulong)).Clear();
        elf.Slice(SectionCountField, 2 * sizeof(ushort)).Clear();
        return elf[..(start + kept)];
    }

    private static bool HasPvhNote(ReadOnlySpan<byte> notes)
    {
        const int HeaderSize = 12;
        while (notes.Length >= HeaderSize)
        {
            var nameSize = BinaryPrimitives.ReadUInt32LittleEndian(notes);
            var valueSize = BinaryPrimitives.ReadUInt32LittleEndian(notes[4..]);
            var kind = BinaryPrimitives.ReadUInt32LittleEndian(notes[8..]);
            var length = HeaderSize + Align(nameSize) + Align(valueSize);
            if (kind == PvhEntryNote && nameSize == 4 && notes[HeaderSize..].StartsWith("Xen\0"u8))
            {
                return true;
            }

            if (length > notes.Length)
            {
                return false;
            }

            notes = notes[(int)length..];
        }

        return false;

        static long Align(uint size) => (size + 3L) & ~3L;
    }

    private static ReadOnlySpan<byte> XzMagic => [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0];
}
