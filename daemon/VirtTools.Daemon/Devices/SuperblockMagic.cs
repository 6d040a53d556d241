using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Daemon.Devices;

/// <summary>
/// Recognises the few types of file systems that most guests have, from one read: mounting then needs no library. Only what cannot be taken for
/// anything else is named here; the rest is left to <see cref="BlockIdLibrary"/>.
/// </summary>
internal static class SuperblockMagic
{
    private const int HeadSize = 4096;
    private const int ExtSuperblock = 1024;
    private const int BtrfsSuperblock = 64 * 1024;

    /// <summary>The type of file system; null where this is for somebody else to say.</summary>
    /// <exception cref="PosixException">The device cannot be read.</exception>
    public static string? Read(string device)
    {
        using var file = Descriptors.Open(device, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        var head = new byte[HeadSize];
        var length = Descriptors.ReadAt(file, head, 0);
        return Recognise(head.AsSpan(0, length)) ?? (IsBtrfs(file) ? "btrfs" : null);
    }

    /// <summary>Looks at the first 4 KiB.</summary>
    public static string? Recognise(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 4 && head[..4].SequenceEqual("XFSB"u8))
        {
            return "xfs";
        }

        return head.Length >= HeadSize && BinaryPrimitives.ReadUInt16LittleEndian(head[(ExtSuperblock + 0x38)..]) == 0xEF53
            ? ExtType(head[ExtSuperblock..])
            : null;
    }

    private static bool IsBtrfs(SafeFileHandle file)
    {
        Span<byte> magic = stackalloc byte[8];
        return Descriptors.ReadAt(file, magic, BtrfsSuperblock + 0x40) == magic.Length && magic.SequenceEqual("_BHRfS_M"u8);
    }

    // Feature words of the ext superblock: what ext3 does not know makes it ext4, a journal makes it ext3. An external journal is no file system.
    private static string? ExtType(ReadOnlySpan<byte> superblock)
    {
        const uint JournalDevice = 0x0008;
        const uint HasJournal = 0x0004;
        const uint KnownIncompatible = 0x0002 | 0x0004 | 0x0010; // filetype, recover, meta_bg
        const uint KnownReadOnlyCompatible = 0x0001 | 0x0002 | 0x0004; // sparse_super, large_file, btree_dir
        var compatible = BinaryPrimitives.ReadUInt32LittleEndian(superblock[0x5C..]);
        var incompatible = BinaryPrimitives.ReadUInt32LittleEndian(superblock[0x60..]);
        var readOnlyCompatible = BinaryPrimitives.ReadUInt32LittleEndian(superblock[0x64..]);
        if ((incompatible & JournalDevice) != 0)
        {
            return null;
        }

        if ((incompatible & ~KnownIncompatible) != 0 || (readOnlyCompatible & ~KnownReadOnlyCompatible) != 0)
        {
            return "ext4";
        }

        return (compatible & HasJournal) != 0 ? "ext3" : "ext2";
    }
}
