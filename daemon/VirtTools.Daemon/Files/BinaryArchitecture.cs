using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Files;

/// <summary>For which processor a program, library, kernel or initial RAM disk was made.</summary>
internal static class BinaryArchitecture
{
    private const int HeadSize = 1024;
    private const int ElfHeaderSize = 20;
    private const int BootHeaderOffset = 0x202; // Documentation/arch/x86/boot.rst, "HdrS"
    private const int MachineOfPe = 0x3C;

    /// <summary>Programs that an initial RAM disk holds, one of which is enough.</summary>
    private static readonly string[] InitrdPrograms =
    [
        "bin/ls", "bin/rm", "bin/modprobe", "sbin/modprobe", "bin/sh", "bin/bash", "bin/dash", "bin/nash", "usr/bin/ls", "usr/bin/rm",
        "usr/bin/sh", "usr/bin/bash", "usr/bin/dash", "usr/bin/modprobe", "usr/sbin/modprobe", "init",
    ];

    /// <summary>The architecture, such as <c>x86_64</c>.</summary>
    /// <exception cref="DaemonException">EINVAL: no binary that is known here.</exception>
    public static string Of(GuestRoot root, string path)
    {
        using var file = root.OpenForReading(path);
        var head = new byte[HeadSize];
        var length = Descriptors.Stat(file).Kind == FileKind.Regular ? Descriptors.ReadAt(file, head, 0) : 0;
        return OfHead(head.AsSpan(0, length)) ?? OfInitrd(file)
            ?? throw new DaemonException("EINVAL", $"{path}: unknown architecture");
    }

    /// <summary>The architecture that the header of an ELF file names; null where it is no such file.</summary>
    public static string? OfElf(ReadOnlySpan<byte> head)
    {
        if (head.Length < ElfHeaderSize || !head.StartsWith("\u007fELF"u8))
        {
            return null;
        }

        var wide = head[4] == 2;
        var bigEndian = head[5] == 2;
        var machine = bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(head[18..]) : BinaryPrimitives.ReadUInt16LittleEndian(head[18..]);
        return machine switch
        {
            3 => "i386",
            8 => wide ? "mips64" : "mips",
            2 or 18 => "sparc",
            43 => "sparc64",
            20 => "ppc",
            21 => bigEndian ? "ppc64" : "ppc64le",
            22 => wide ? "s390x" : "s390",
            40 => "arm",
            50 => "ia64",
            62 => "x86_64",
            183 => "aarch64",
            243 => wide ? "riscv64" : "riscv32",
            258 => wide ? "loongarch64" : "loongarch32",
            _ => null,
        };
    }

    /// <summary>The architecture of a program, library or kernel by its first bytes; null where they do not tell.</summary>
    public static string? OfHead(ReadOnlySpan<byte> head)
    {
        if (OfElf(head) is { } elf)
        {
            return elf;
        }

        if (head.Length > BootHeaderOffset + 4 && head[BootHeaderOffset..].StartsWith("HdrS"u8))
        {
            return PeMachine(head) == 0x8664 ? "x86_64" : "i386";
        }

        return head.StartsWith("MZ"u8) ? OfPe(head) : null;
    }

    private static string? OfPe(ReadOnlySpan<byte> head) => PeMachine(head) switch
    {
        0x8664 => "x86_64",
        0x014C => "i386",
        0xAA64 => "aarch64",
        0x01C4 or 0x01C0 => "arm",
        0x0200 => "ia64",
        _ => null,
    };

    private static int PeMachine(ReadOnlySpan<byte> head)
    {
        if (head.Length < MachineOfPe + 4)
        {
            return 0;
        }

        var offset = BinaryPrimitives.ReadInt32LittleEndian(head[MachineOfPe..]);
        return offset > 0 && offset <= head.Length - 6 && head[offset..].StartsWith("PE\0\0"u8)
            ? BinaryPrimitives.ReadUInt16LittleEndian(head[(offset + 4)..])
            : 0;
    }

    private static string? OfInitrd(SafeFileHandle file)
    {
        foreach (var (name, content) in Initrd.TryRead(file) ?? [])
        {
            if (InitrdPrograms.Contains(name.TrimStart('.').TrimStart('/')) && OfElf(content.Span) is { } architecture)
            {
                return architecture;
            }
        }

        return null;
    }
}
