namespace VirtTools.Declarations;

/// <summary>What only ext2, ext3 and ext4 file systems have.</summary>
[Actions]
internal interface IExtFilesystemActions
{
    /// <summary>What the superblock says.</summary>
    /// <returns>Words of <c>tune2fs -l</c>, such as <c>Filesystem UUID</c> → value.</returns>
    [DaemonAction(55), Since(1, 9, 2)]
    OrderedDictionary<string, string> Tune2fsL([Device] string device);

    /// <summary>Changes settings of a file system.</summary>
    /// <param name="force">Change it although something looks wrong.</param>
    /// <param name="maxMountCount">Mounts until the next check; 0 for never.</param>
    /// <param name="mountCount">Mounts since the last check.</param>
    /// <param name="errorBehavior">What to do at an error: <c>continue</c>, <c>remount-ro</c> or <c>panic</c>.</param>
    /// <param name="group">Group id that may use the reserved blocks.</param>
    /// <param name="intervalBetweenChecks">Seconds between two checks; 0 for no limit.</param>
    /// <param name="reservedBlocksPercentage">Percent of blocks that are reserved.</param>
    /// <param name="lastMountedDirectory">Where it is said to have been mounted last.</param>
    /// <param name="reservedBlocksCount">Blocks that are reserved.</param>
    /// <param name="user">User id that may use the reserved blocks.</param>
    [DaemonAction(298), Since(1, 15, 4)]
    void Tune2fs(
        [Device] string device,
        [Optional] bool? force,
        [Optional] int? maxMountCount,
        [Optional] int? mountCount,
        [Optional] string? errorBehavior,
        [Optional] long? group,
        [Optional] int? intervalBetweenChecks,
        [Optional] int? reservedBlocksPercentage,
        [Optional] string? lastMountedDirectory,
        [Optional] long? reservedBlocksCount,
        [Optional] long? user);

    /// <summary>Checks a file system.</summary>
    /// <param name="correct">Repair what is safe to repair.</param>
    /// <param name="forceAll">Answer every question with yes.</param>
    /// <param name="forceNo">Answer every question with no: change nothing.</param>
    /// <exception cref="GuestfsException">EINVAL: more than one of the three.</exception>
    [DaemonAction(304), Since(1, 15, 17)]
    void E2fsck([Device] string device, [Optional] bool? correct, [Optional] bool? forceAll, [Optional] bool? forceNo);

    /// <summary>Checks a file system that looks clean too, and repairs what is safe to repair.</summary>
    [DaemonAction(108), Since(1, 0, 29), DeprecatedBy("e2fsck")]
    void E2fsckF([Device] string device);

    /// <summary>Makes a file system fill its device.</summary>
    [DaemonAction(106), Since(1, 0, 27)]
    void Resize2fs([Device] string device);

    /// <summary>Gives a file system a size.</summary>
    /// <param name="size">Bytes.</param>
    [DaemonAction(248), Since(1, 3, 14)]
    void Resize2fsSize([Device] string device, long size);

    /// <summary>Makes a file system as small as it can be.</summary>
    [DaemonAction(281, Name = "resize2fs_M"), Since(1, 9, 4)]
    void Resize2fsM([Device] string device);

    /// <summary>The label of a file system.</summary>
    [DaemonAction(81), Since(1, 0, 15), DeprecatedBy("vfs_label")]
    string GetE2label([Device] string device);

    /// <summary>Sets the label of a file system.</summary>
    /// <param name="label">At most 16 bytes.</param>
    [DaemonAction(80), Since(1, 0, 15), DeprecatedBy("set_label")]
    void SetE2label([Device] string device, string label);

    /// <summary>The UUID of a file system.</summary>
    [DaemonAction(83), Since(1, 0, 15), DeprecatedBy("vfs_uuid")]
    string GetE2uuid([Device] string device);

    /// <summary>Sets the UUID of a file system.</summary>
    /// <param name="uuid">New UUID; <c>clear</c>, <c>random</c> and <c>time</c> are understood too.</param>
    [DaemonAction(82), Since(1, 0, 15), DeprecatedBy("set_uuid")]
    void SetE2uuid([Device] string device, string uuid);

    /// <summary>The attribute letters of a file, as chattr(1) explains them.</summary>
    /// <returns>Letters without dashes, sorted: upper case first.</returns>
    [DaemonAction(318), Since(1, 17, 31)]
    string GetE2attrs([Pathname] string file);

    /// <summary>Sets attributes of a file.</summary>
    /// <param name="attrs">Letters of chattr(1).</param>
    /// <param name="clear">Clear these attributes instead.</param>
    /// <exception cref="GuestfsException">EINVAL: no such letter, or one twice.</exception>
    [DaemonAction(319), Since(1, 17, 31)]
    void SetE2attrs([Pathname] string file, string attrs, [Optional] bool? clear);

    /// <summary>The generation number of a file's inode.</summary>
    [DaemonAction(320), Since(1, 17, 31)]
    long GetE2generation([Pathname] string file);

    /// <summary>Sets the generation number of a file's inode.</summary>
    /// <param name="generation">0 to 4294967295.</param>
    [DaemonAction(321), Since(1, 17, 31)]
    void SetE2generation([Pathname] string file, long generation);

    /// <summary>Makes a file system with every setting there is.</summary>
    /// <param name="blocksCount">Size in blocks.</param>
    /// <param name="blockSize">Block size in bytes.</param>
    /// <param name="fragSize">Fragment size in bytes.</param>
    /// <param name="blocksPerGroup">Blocks in a group.</param>
    /// <param name="numberOfGroups">Groups packed together (flex_bg).</param>
    /// <param name="bytesPerInode">One inode for that many bytes.</param>
    /// <param name="inodeSize">Inode size in bytes.</param>
    /// <param name="journalSize">Size of the journal in MiB.</param>
    /// <param name="numberOfInodes">How many inodes.</param>
    /// <param name="strideSize">RAID stride in blocks.</param>
    /// <param name="stripeWidth">RAID stripe width in blocks.</param>
    /// <param name="maxOnlineResize">Blocks that it may grow to while mounted.</param>
    /// <param name="reservedBlocksPercentage">Percent of blocks that are reserved.</param>
    /// <param name="mmpUpdateInterval">Seconds between two updates of the multiple-mount protection.</param>
    /// <param name="journalDevice">Device that holds the journal.</param>
    /// <param name="label">Label.</param>
    /// <param name="lastMountedDir">Where it is said to have been mounted last.</param>
    /// <param name="creatorOs">Number or name of the system that made it.</param>
    /// <param name="fsType"><c>ext2</c>, <c>ext3</c> or <c>ext4</c>.</param>
    /// <param name="usageType">Use as mke2fs.conf names it, such as <c>largefile</c>.</param>
    /// <param name="uuid">UUID.</param>
    /// <param name="forceCreate">Make it although something looks wrong.</param>
    /// <param name="writesBandGroupOnly">Write superblocks and group descriptors only.</param>
    /// <param name="lazyItableInit">Leave inode tables to the kernel.</param>
    /// <param name="lazyJournalInit">Do not clear the journal.</param>
    /// <param name="testFs">Mark it as one for tests.</param>
    /// <param name="discard">Discard the blocks first.</param>
    /// <param name="quotaType">True for user quota, false for group quota.</param>
    /// <param name="extent">Files are made of extents.</param>
    /// <param name="fileType">Directories know the kind of their entries.</param>
    /// <param name="flexBg">Groups are packed together.</param>
    /// <param name="hasJournal">It has a journal.</param>
    /// <param name="journalDev">It is a journal for another file system.</param>
    /// <param name="largeFile">Files may be larger than 2 GiB.</param>
    /// <param name="quota">Quota files are part of it.</param>
    /// <param name="resizeInode">Room is kept to grow.</param>
    /// <param name="sparseSuper">Few copies of the superblock.</param>
    /// <param name="uninitBg">Groups may be left uninitialised.</param>
    [DaemonAction(368), Since(1, 19, 44)]
    void Mke2fs(
        [Device] string device,
        [Optional] long? blocksCount,
        [Optional] long? blockSize,
        [Optional] long? fragSize,
        [Optional] long? blocksPerGroup,
        [Optional] long? numberOfGroups,
        [Optional] long? bytesPerInode,
        [Optional] long? inodeSize,
        [Optional] long? journalSize,
        [Optional] long? numberOfInodes,
        [Optional] long? strideSize,
        [Optional] long? stripeWidth,
        [Optional] long? maxOnlineResize,
        [Optional] int? reservedBlocksPercentage,
        [Optional] int? mmpUpdateInterval,
        [Optional] string? journalDevice,
        [Optional] string? label,
        [Optional] string? lastMountedDir,
        [Optional] string? creatorOs,
        [Optional] string? fsType,
        [Optional] string? usageType,
        [Optional] string? uuid,
        [Optional] bool? forceCreate,
        [Optional] bool? writesBandGroupOnly,
        [Optional] bool? lazyItableInit,
        [Optional] bool? lazyJournalInit,
        [Optional] bool? testFs,
        [Optional] bool? discard,
        [Optional] bool? quotaType,
        [Optional] bool? extent,
        [Optional] bool? fileType,
        [Optional] bool? flexBg,
        [Optional] bool? hasJournal,
        [Optional] bool? journalDev,
        [Optional] bool? largeFile,
        [Optional] bool? quota,
        [Optional] bool? resizeInode,
        [Optional] bool? sparseSuper,
        [Optional] bool? uninitBg);

    /// <summary>Makes an external journal.</summary>
    /// <param name="blockSize">Block size in bytes.</param>
    [DaemonAction(188), Since(1, 0, 68), DeprecatedBy("mke2fs")]
    void Mke2journal(int blockSize, [Device] string device);

    /// <summary>Makes an external journal with a label.</summary>
    /// <param name="blockSize">Block size in bytes.</param>
    /// <param name="label">Label.</param>
    [DaemonAction(189, Name = "mke2journal_L"), Since(1, 0, 68), DeprecatedBy("mke2fs")]
    void Mke2journalL(int blockSize, string label, [Device] string device);

    /// <summary>Makes an external journal with a UUID.</summary>
    /// <param name="blockSize">Block size in bytes.</param>
    /// <param name="uuid">UUID.</param>
    [DaemonAction(190, Name = "mke2journal_U"), Since(1, 0, 68), FeatureGroup("linuxfsuuid"), DeprecatedBy("mke2fs")]
    void Mke2journalU(int blockSize, string uuid, [Device] string device);

    /// <summary>Makes a file system whose journal is on another device.</summary>
    /// <param name="fsType">Type such as <c>ext3</c>.</param>
    /// <param name="blockSize">Block size in bytes.</param>
    /// <param name="journal">Device of the journal.</param>
    [DaemonAction(191, Name = "mke2fs_J"), Since(1, 0, 68), DeprecatedBy("mke2fs")]
    void Mke2fsJ(string fsType, int blockSize, [Device] string device, [Device] string journal);

    /// <summary>Makes a file system whose journal has that label.</summary>
    /// <param name="fsType">Type such as <c>ext3</c>.</param>
    /// <param name="blockSize">Block size in bytes.</param>
    /// <param name="label">Label of the journal.</param>
    [DaemonAction(192, Name = "mke2fs_JL"), Since(1, 0, 68), DeprecatedBy("mke2fs")]
    void Mke2fsJL(string fsType, int blockSize, [Device] string device, string label);

    /// <summary>Makes a file system whose journal has that UUID.</summary>
    /// <param name="fsType">Type such as <c>ext3</c>.</param>
    /// <param name="blockSize">Block size in bytes.</param>
    /// <param name="uuid">UUID of the journal.</param>
    [DaemonAction(193, Name = "mke2fs_JU"), Since(1, 0, 68), FeatureGroup("linuxfsuuid"), DeprecatedBy("mke2fs")]
    void Mke2fsJU(string fsType, int blockSize, [Device] string device, string uuid);

    /// <summary>Fills the free blocks of an unmounted file system with zeros.</summary>
    [DaemonAction(97), Since(1, 0, 26), FeatureGroup("zerofree")]
    void Zerofree([Device] string device);
}
