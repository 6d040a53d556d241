using System.Buffers.Binary;

namespace VirtTools.Appliance;

/// <summary>The few fields of an ext2/3/4 file system image that the builder reads and fixes (kernel documentation, filesystems/ext4).</summary>
internal static class ExtImage
{
    private const int SuperblockOffset = 1024;
    private const int SuperblockSize = 1024;
    private const ushort Magic = 0xEF53;

    private const uint Feature64Bit = 0x80;
    private const uint FeatureGroupChecksums = 0x10;
    private const uint FeatureMetadataChecksums = 0x400;
    private const int ClassicDescriptorSize = 32;

    // Inode fields.
    private const int LinkCount = 26;
    private const int ExtraSize = 128;

    /// <summary>The UUID of the file system; null where the bytes hold no ext file system.</summary>
    /// <param name="start">The first two KiB of the image, or less if it is shorter.</param>
    public static Guid? UuidOf(ReadOnlySpan<byte> start)
    {
        const int MagicAt = 56, UuidAt = 104, UuidSize = 16;
        return start.Length >= SuperblockOffset + SuperblockSize
            && BinaryPrimitives.ReadUInt16LittleEndian(start[(SuperblockOffset + MagicAt)..]) == Magic
                ? new Guid(start.Slice(SuperblockOffset + UuidAt, UuidSize), bigEndian: true)
                : null;
    }

    /// <summary>
    /// Gives every inode to root and sets all its times: what mke2fs -d copied from the builder's own files tells who built it and when.
    /// </summary>
    /// <param name="image">An image without checksums over metadata, so that nothing else has to be changed.</param>
    /// <param name="time">Seconds since 1970.</param>
    /// <exception cref="ApplianceException">It is no such image.</exception>
    public static void Normalise(Stream image, uint time)
    {
        var superblock = new byte[SuperblockSize];
        image.Position = SuperblockOffset;
        image.ReadExactly(superblock);
        var incompatible = Field(superblock, 96);
        var readOnlyCompatible = Field(superblock, 100);
        if ((incompatible & Feature64Bit) != 0 || (readOnlyCompatible & (FeatureGroupChecksums | FeatureMetadataChecksums)) != 0)
        {
            throw new ApplianceException("the root image has features that its maker was told to leave out");
        }

        var blockSize = 1024L << (int)Field(superblock, 24);
        var inodes = Field(superblock, 0);
        var inodesInGroup = Field(superblock, 40);
        var inodeSize = BinaryPrimitives.ReadUInt16LittleEndian(superblock.AsSpan(88));
        var groups = (inodes + inodesInGroup - 1) / inodesInGroup;
        var firstDataBlock = Field(superblock, 20);

        var descriptors = new byte[groups * ClassicDescriptorSize];
        image.Position = (firstDataBlock + 1) * blockSize;
        image.ReadExactly(descriptors);
        var table = new byte[inodesInGroup * inodeSize];
        for (var group = 0; group < groups; group++)
        {
            var at = Field(descriptors, (group * ClassicDescriptorSize) + 8) * blockSize;
            image.Position = at;
            image.ReadExactly(table);
            for (var inode = 0; inode < table.Length; inode += inodeSize)
            {
                NormaliseInode(table.AsSpan(inode, inodeSize), time);
            }

            image.Position = at;
            image.Write(table);
        }
    }

    private static void NormaliseInode(Span<byte> inode, uint time)
    {
        if (BinaryPrimitives.ReadUInt16LittleEndian(inode[LinkCount..]) == 0)
        {
            return;
        }

        const int Owner = 2, AccessTime = 8, ChangeTime = 12, ModificationTime = 16, Group = 24, Generation = 100, OwnerHigh = 120, GroupHigh = 122;
        const int ChangeTimeExtra = 132, VersionHigh = 152;
        inode.Slice(Owner, 2).Clear();
        inode.Slice(Group, 2).Clear();
        inode.Slice(OwnerHigh, 2).Clear();
        inode.Slice(GroupHigh, 2).Clear();
        inode.Slice(Generation, 4).Clear();
        foreach (var offset in (ReadOnlySpan<int>)[AccessTime, ChangeTime, ModificationTime])
        {
            BinaryPrimitives.WriteUInt32LittleEndian(inode[offset..], time);
        }

        if (inode.Length <= ExtraSize)
        {
            return;
        }

        // Nanoseconds of the three times, then the creation time and its nanoseconds.
        const int CreationTime = 144;
        inode[ChangeTimeExtra..VersionHigh].Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(inode[CreationTime..], time);
    }

    private static uint Field(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
}
