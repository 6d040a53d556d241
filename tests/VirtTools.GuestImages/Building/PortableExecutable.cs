using System.Buffers.Binary;

namespace VirtTools.Fixtures.Building;

/// <summary>A Windows program that does nothing but name its processor (Microsoft's "PE Format").</summary>
public static class PortableExecutable
{
    private const int HeaderStart = 0x80;
    private const int Size = 1024;
    private const ushort Console = 3;

    /// <summary>For 32 bits of the x86.</summary>
    public static byte[] X86 => Make(0x014C, 0x10B, optionalSize: 224);

    /// <summary>For 64 bits of the x86.</summary>
    public static byte[] X64 => Make(0x8664, 0x20B, optionalSize: 240);

    private static byte[] Make(ushort machine, ushort magic, ushort optionalSize)
    {
        var program = new byte[Size];
        "MZ"u8.CopyTo(program);
        BinaryPrimitives.WriteUInt16LittleEndian(program.AsSpan(0x18), 0x40); // where the relocations would be: tells MS-DOS programs apart
        BinaryPrimitives.WriteInt32LittleEndian(program.AsSpan(0x3C), HeaderStart);
        var header = program.AsSpan(HeaderStart);
        "PE\0\0"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], machine);
        BinaryPrimitives.WriteUInt16LittleEndian(header[20..], optionalSize);
        BinaryPrimitives.WriteUInt16LittleEndian(header[22..], 0x0022); // can be run, large addresses
        BinaryPrimitives.WriteUInt16LittleEndian(header[24..], magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[(24 + 68)..], Console);
        return program;
    }
}
