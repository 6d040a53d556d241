using System.Buffers.Binary;
using VirtTools.Posix;

namespace VirtTools.Daemon.Inspection.Reasons;

/// <summary>Features of a file system that the appliance's kernel does not know, from its superblock: the kernel itself answers no more than EINVAL.</summary>
internal static class UnknownFeatures
{
    private const int HeadSize = 4096;
    private const int ExtSuperblock = 1024;

    // Linux 6.1, fs/ext4/ext4.h, EXT4_FEATURE_INCOMPAT_SUPP, and what it takes read-only; fs/xfs/libxfs/xfs_format.h, XFS_SB_FEAT_INCOMPAT_ALL.
    private const uint KnownExt = 0x3_E7D6;
    private const uint KnownXfs = 0x3F;

    /// <summary>A sentence about them; null where there are none.</summary>
    /// <exception cref="PosixException">The device cannot be read.</exception>
    public static string? Describe(string device, string type)
    {
        var head = new byte[HeadSize];
        using (var file = Descriptors.Open(device, OpenFlags.ReadOnly | OpenFlags.NonBlocking))
        {
            if (Descriptors.ReadAt(file, head, 0) < HeadSize)
            {
                return null;
            }
        }

        return Describe(head, type);
    }

    /// <summary>The same for the first 4 KiB.</summary>
    public static string? Describe(ReadOnlySpan<byte> head, string type)
    {
        var unknown = type switch
        {
            "ext2" or "ext3" or "ext4" => BinaryPrimitives.ReadUInt32LittleEndian(head[(ExtSuperblock + 0x60)..]) & ~KnownExt,
            "xfs" => BinaryPrimitives.ReadUInt32BigEndian(head[216..]) & ~KnownXfs,
            _ => 0u,
        };
        return unknown == 0 ? null : $"incompatible features 0x{unknown:x}";
    }
}
