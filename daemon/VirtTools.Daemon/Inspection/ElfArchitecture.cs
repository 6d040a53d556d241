using System.Buffers.Binary;

namespace VirtTools.Daemon.Inspection;

/// <summary>Tells the architecture of a program from its ELF header (gABI, chapter 4; values of e_machine from elf(5)).</summary>
internal static class ElfArchitecture
{
    /// <summary>How many bytes of the file are looked at.</summary>
    public const int HeaderSize = 64;

    private const int ClassOffset = 4;
    private const int EndianOffset = 5;
    private const int MachineOffset = 18;
    private const byte Class64 = 2;
    private const byte BigEndian = 2;

    /// <summary>The API's name of the architecture; null where these are not the first bytes of an ELF file, or it is unknown.</summary>
    public static string? Recognise(ReadOnlySpan<byte> header)
    {
        if (header.Length < MachineOffset + 2 || !header.StartsWith("\u007FELF"u8))
        {
            return null;
        }

        var wide = header[ClassOffset] == Class64;
        var big = header[EndianOffset] == BigEndian;
        var machine = header[MachineOffset..];
        return (big ? BinaryPrimitives.ReadUInt16BigEndian(machine) : BinaryPrimitives.ReadUInt16LittleEndian(machine)) switch
        {
            2 => "sparc",
            3 or 6 => "i386",
            18 => "sparc",
            20 => "ppc",
            21 => big ? "ppc64" : "ppc64le",
            22 => wide ? "s390x" : "s390",
            40 => "arm",
            43 => "sparc64",
            50 => "ia64",
            62 => "x86_64",
            183 => "aarch64",
            243 => wide ? "riscv64" : "riscv32",
            258 => wide ? "loongarch64" : null,
            _ => null,
        };
    }
}
