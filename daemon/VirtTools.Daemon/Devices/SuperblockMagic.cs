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
    private const int SwapHeader = 1024;
    private const int SwapMagic = HeadSize - 10;
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

    /// <summary>
    /// What libblkid would say of a partition or volume that holds one of these types, or swap space, and nothing else in its first sectors; null
    /// where libblkid has to be asked. It costs two reads instead of forty.
    /// </summary>
    /// <exception cref="PosixException">The device cannot be read.</exception>
    public static BlockIdentity? Identify(string device)
    {
        var head = new byte[HeadSize];
        using (var file = Descriptors.Open(device, OpenFlags.ReadOnly | OpenFlags.NonBlocking))
        {
            if (Descriptors.ReadAt(file, head, 0) < HeadSize)
            {
                return null;
            }
        }

        // A member of an array shows the file system that lies on the array.
        return Identify(head) is { } identity && VolumeMark.Read(device) == VolumeMarks.None ? identity : null;
    }

    /// <summary>The same for the first 4 KiB.</summary>
    public static BlockIdentity? Identify(ReadOnlySpan<byte> head)
    {
        if (Recognise(head) is { } type)
        {
            return type == "xfs" ? Tagged(type, head[32..48], head[108..120])
                : IsBlank(head[..ExtSuperblock]) ? Tagged(type, head[(ExtSuperblock + 0x68)..(ExtSuperblock + 0x78)], head[(ExtSuperblock + 0x78)..(ExtSuperblock + 0x88)])
                : null;
        }

        // Linux, include/linux/swap.h, union swap_header: version, pages, then UUID and label at 1036.
        return head[SwapMagic..].SequenceEqual("SWAPSPACE2"u8) && IsBlank(head[..SwapHeader])
            ? Tagged("swap", head[(SwapHeader + 12)..(SwapHeader + 28)], head[(SwapHeader + 28)..(SwapHeader + 44)])
            : null;
    }

    private static bool IsBlank(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExcept((byte)0);

    private static BlockIdentity Tagged(string type, ReadOnlySpan<byte> uuid, ReadOnlySpan<byte> label)
    {
        var tags = new Dictionary<string, string> { ["TYPE"] = type };
        if (!IsBlank(uuid))
        {
            tags["UUID"] = new Guid(uuid, bigEndian: true).ToString("D");
        }

        var end = label.IndexOf((byte)0);
        var text = (end < 0 ? label : label[..end]).TrimEnd((byte)' ');
        if (!text.IsEmpty)
        {
            tags["LABEL"] = ByteString.GetString(text);
        }

        return new(tags);
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
