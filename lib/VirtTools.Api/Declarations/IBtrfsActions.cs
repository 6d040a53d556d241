namespace VirtTools.Declarations;

/// <summary>Btrfs file systems as a whole.</summary>
[Actions]
internal interface IBtrfsActions
{
    /// <summary>Makes a btrfs file system over one or more devices.</summary>
    /// <param name="allocStart">Where the first chunk starts, in bytes.</param>
    /// <param name="byteCount">Size in bytes.</param>
    /// <param name="dataType">How data is spread: <c>single</c>, <c>raid1</c> and so on.</param>
    /// <param name="leafSize">Size of a leaf in bytes.</param>
    /// <param name="label">Label.</param>
    /// <param name="metadata">How metadata is spread.</param>
    /// <param name="nodeSize">Size of a node in bytes.</param>
    /// <param name="sectorSize">Size of a sector in bytes.</param>
    [DaemonAction(317), Since(1, 17, 25), FeatureGroup("btrfs")]
    void MkfsBtrfs(
        [Device] IReadOnlyList<string> devices,
        [Optional] long? allocStart,
        [Optional] long? byteCount,
        [Optional] string? dataType,
        [Optional] int? leafSize,
        [Optional] string? label,
        [Optional] string? metadata,
        [Optional] int? nodeSize,
        [Optional] int? sectorSize);

    /// <summary>The devices of a btrfs file system, which must not be mounted.</summary>
    /// <param name="device">One of them.</param>
    [DaemonAction(465), Since(1, 33, 29), FeatureGroup("btrfs")]
    [return: Device]
    string[] BtrfsFilesystemShow([Device] string device);

    /// <summary>Writes a file system out.</summary>
    /// <param name="fs">Where it is mounted.</param>
    [DaemonAction(327), Since(1, 17, 35), FeatureGroup("btrfs")]
    void BtrfsFilesystemSync([Pathname] string fs);

    /// <summary>Spreads the chunks over the devices again.</summary>
    /// <param name="fs">Where it is mounted.</param>
    [DaemonAction(328), Since(1, 17, 35), FeatureGroup("btrfs"), ShellAlias("btrfs-balance")]
    void BtrfsFilesystemBalance([Pathname] string fs);

    /// <summary>Resizes a mounted file system.</summary>
    /// <param name="mountpoint">Where it is mounted.</param>
    /// <param name="size">Bytes; null to fill the device.</param>
    [DaemonAction(289), Since(1, 11, 17), FeatureGroup("btrfs")]
    void BtrfsFilesystemResize([Pathname] string mountpoint, [Optional] long? size);

    /// <summary>Defragments a file or directory.</summary>
    /// <param name="flush">Write it out at once.</param>
    /// <param name="compress"><c>zlib</c>, <c>lzo</c> or <c>zstd</c> to compress it.</param>
    [DaemonAction(443), Since(1, 29, 22), FeatureGroup("btrfs")]
    void BtrfsFilesystemDefragment([Pathname] string path, [Optional] bool? flush, [Optional] string? compress);

    /// <summary>Adds devices to a file system.</summary>
    /// <param name="fs">Where it is mounted.</param>
    [DaemonAction(329), Since(1, 17, 35), FeatureGroup("btrfs")]
    void BtrfsDeviceAdd([Device] IReadOnlyList<string> devices, [Pathname] string fs);

    /// <summary>Removes devices from a file system.</summary>
    /// <param name="fs">Where it is mounted.</param>
    [DaemonAction(330), Since(1, 17, 35), FeatureGroup("btrfs")]
    void BtrfsDeviceDelete([Device] IReadOnlyList<string> devices, [Pathname] string fs);

    /// <summary>Makes a file system one that others start from, or an ordinary one.</summary>
    /// <param name="seeding">True to start from it.</param>
    [DaemonAction(331), Since(1, 17, 43), FeatureGroup("btrfs")]
    void BtrfsSetSeeding([Device] string device, bool seeding);

    /// <summary>Checks a file system.</summary>
    /// <param name="superBlock">Which copy of the superblock to use, from 0.</param>
    /// <param name="repair">Repair errors; this may make things worse.</param>
    [DaemonAction(332), Since(1, 17, 43), FeatureGroup("btrfs"), DeprecatedBy("btrfs_scrub_full")]
    void BtrfsFsck([Device] string device, [Optional] long? superBlock, [Optional] bool? repair);

    /// <summary>Makes an image of the metadata, with the content of files left out.</summary>
    /// <param name="source">Device of the file system.</param>
    /// <param name="image">The file to make.</param>
    /// <param name="compressLevel">0 to 9.</param>
    [DaemonAction(453), Since(1, 29, 32), FeatureGroup("btrfs")]
    void BtrfsImage([Device] IReadOnlyList<string> source, [Pathname] string image, [Optional] int? compressLevel);

    /// <summary>Puts a device in the place of another.</summary>
    /// <param name="srcDev">The device to take out.</param>
    /// <param name="targetDev">The device to put in.</param>
    /// <param name="mntPoint">Where the file system is mounted.</param>
    [DaemonAction(455), Since(1, 29, 48), FeatureGroup("btrfs")]
    void BtrfsReplace([Device] string srcDev, [Device] string targetDev, [Pathname] string mntPoint);

    /// <summary>Makes the chunk tree again by reading the whole device.</summary>
    [DaemonAction(444), Since(1, 29, 22), FeatureGroup("btrfs")]
    void BtrfsRescueChunkRecover([Device] string device);

    /// <summary>Repairs superblocks from their good copies.</summary>
    [DaemonAction(445), Since(1, 29, 22), FeatureGroup("btrfs")]
    void BtrfsRescueSuperRecover([Device] string device);

    /// <summary>Makes a file system one that others start from, or an ordinary one.</summary>
    /// <param name="seeding">True to start from it.</param>
    [DaemonAction(450), Since(1, 29, 29), FeatureGroup("btrfs")]
    void BtrfstuneSeeding([Device] string device, bool seeding);

    /// <summary>Lets a file have more hard links.</summary>
    [DaemonAction(451), Since(1, 29, 29), FeatureGroup("btrfs")]
    void BtrfstuneEnableExtendedInodeRefs([Device] string device);

    /// <summary>Turns on small metadata references.</summary>
    [DaemonAction(452), Since(1, 29, 29), FeatureGroup("btrfs")]
    void BtrfstuneEnableSkinnyMetadataExtentRefs([Device] string device);
}
