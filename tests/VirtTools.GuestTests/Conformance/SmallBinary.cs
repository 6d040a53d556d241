using System.Buffers.Binary;

namespace VirtTools.GuestTests.Conformance;

/// <summary>Headers of programs and libraries for any processor, with nothing behind them.</summary>
internal static class SmallBinary
{
    // Values of e_machine, elf(5).
    public const ushort MachineSparc = 2;
    public const ushort Machine386 = 3;
    public const ushort MachinePpc64 = 21;
    public const ushort MachineS390 = 22;
    public const ushort MachineX8664 = 62;

    /// <summary>The class of an ELF file.</summary>
    public enum Word
    {
        Bits32 = 1,
        Bits64 = 2,
    }

    /// <summary>The byte order of an ELF file.</summary>
    public enum Order
    {
        LittleEndian = 1,
        BigEndian = 2,
    }

    /// <summary>The header of a shared object: no segments, no sections.</summary>
    public static byte[] Elf(ushort machine, Word word, Order order)
    {
        var header = new byte[word == Word.Bits64 ? 64 : 52];
        "\u007fELF"u8.CopyTo(header);
        header[4] = (byte)word;
        header[5] = (byte)order;
        header[6] = 1; // EV_CURRENT
        Put16(header, 16, 3, order); // ET_DYN
        Put16(header, 18, machine, order);
        Put16(header, order == Order.BigEndian ? 22 : 20, 1, order); // e_version, of which only the low half is not 0
        Put16(header, word == Word.Bits64 ? 52 : 40, (ushort)header.Length, order);
        return header;
    }

    /// <summary>The headers of a Windows library for x86_64.</summary>
    public static byte[] Pe64()
    {
        const int headers = 0x80;
        var file = new byte[512];
        "MZ"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(0x3C), headers);
        "PE\0\0"u8.CopyTo(file.AsSpan(headers));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(headers + 4), 0x8664); // IMAGE_FILE_MACHINE_AMD64
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(headers + 20), 240); // size of the optional header
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(headers + 22), 0x2022); // a library, executable, large addresses
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(headers + 24), 0x20B); // PE32+
        return file;
    }

    private static void Put16(byte[] bytes, int offset, ushort value, Order order)
    {
        if (order == Order.BigEndian)
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(offset), value);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(offset), value);
    }
}
