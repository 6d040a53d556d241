using System.Runtime.InteropServices;

namespace VirtTools.Daemon.Tar;

/// <summary>
/// The format of tar archives: blocks of 512 bytes, a header in front of each member (POSIX.1-1988 ustar, and what GNU tar made of it; the manual of GNU tar,
/// "Basic Tar Format").
/// </summary>
internal static class TarFormat
{
    public const int BlockSize = 512;

    /// <summary>An archive ends in zeros up to a multiple of this: 20 blocks, one record of a tape.</summary>
    public const int RecordSize = 20 * BlockSize;

    public const int NameField = 0;
    public const int NameSize = 100;
    public const int ModeField = 100;
    public const int UserField = 108;
    public const int GroupField = 116;
    public const int SizeField = 124;
    public const int TimeField = 136;
    public const int ChecksumField = 148;
    public const int KindField = 156;
    public const int LinkField = 157;
    public const int MagicField = 257;
    public const int UserNameField = 265;
    public const int GroupNameField = 297;
    public const int OwnerNameSize = 32;
    public const int MajorField = 329;
    public const int MinorField = 337;
    public const int PrefixField = 345;
    public const int PrefixSize = 155;
    public const int SmallNumberSize = 8;
    public const int LargeNumberSize = 12;

    /// <summary>Magic and version as GNU tar writes them, its terminating zero included.</summary>
    public static ReadOnlySpan<byte> GnuMagic => "ustar  \0"u8;

    /// <summary>Magic and version of POSIX, where <see cref="PrefixField"/> is the first part of the name.</summary>
    public static ReadOnlySpan<byte> PosixMagic => "ustar\000"u8;

    /// <summary>Rounds up to whole blocks.</summary>
    public static long Blocks(long length) => (length + BlockSize - 1) & -BlockSize;

    /// <summary>The sum of a header's bytes, its own field counted as spaces.</summary>
    public static uint Checksum(ReadOnlySpan<byte> header)
    {
        var ownField = 0u;
        foreach (var value in header.Slice(ChecksumField, SmallNumberSize))
        {
            ownField += value;
        }

        return SumOfBytes(header) - ownField + (SmallNumberSize * ' ');
    }

    // Eight bytes at a time, since emulated it is half of what a small member takes outside the kernel. Even and odd bytes are added up in four
    // lanes of 16 bits, which the 128 summands of a block do not fill.
    private static uint SumOfBytes(ReadOnlySpan<byte> block)
    {
        const ulong EvenBytes = 0x00FF_00FF_00FF_00FF;
        var lanes = 0ul;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(block[..BlockSize]))
        {
            lanes += (word & EvenBytes) + ((word >> 8) & EvenBytes);
        }

        return (uint)((lanes & 0xFFFF) + ((lanes >> 16) & 0xFFFF) + ((lanes >> 32) & 0xFFFF) + (lanes >> 48));
    }
}

/// <summary>What a member is: the byte of <see cref="TarFormat.KindField"/>.</summary>
internal enum MemberKind : byte
{
    OldRegular = 0,
    Regular = (byte)'0',
    HardLink = (byte)'1',
    SymbolicLink = (byte)'2',
    CharacterDevice = (byte)'3',
    BlockDevice = (byte)'4',
    Directory = (byte)'5',
    Fifo = (byte)'6',
    Contiguous = (byte)'7',

    /// <summary>Records for the next member (POSIX.1-2001).</summary>
    Extended = (byte)'x',

    /// <summary>Records for all members that follow.</summary>
    Global = (byte)'g',

    /// <summary>The name of the next member (GNU).</summary>
    LongName = (byte)'L',

    /// <summary>The target of the next member's link (GNU).</summary>
    LongLink = (byte)'K',
}
