namespace VirtTools.Declarations;

/// <summary>File systems as a whole.</summary>
[Actions]
internal interface IFilesystemActions
{
    /// <summary>Every device, logical volume and subvolume that may hold a file system.</summary>
    /// <returns>Mountable → type; <c>unknown</c> where none was recognised, <c>swap</c> for swap space.</returns>
    [DaemonAction(476), Since(1, 5, 15)]
    OrderedDictionary<string, string> ListFilesystems();

    /// <summary>Type of the file system on a device, such as <c>ext4</c>; empty where there is none.</summary>
    [DaemonAction(198), Since(1, 0, 75)]
    string VfsType([Mountable] string mountable);

    /// <summary>Label of the file system; empty where it has none.</summary>
    [DaemonAction(253), Since(1, 3, 18)]
    string VfsLabel([Mountable] string mountable);

    /// <summary>UUID of the file system; empty where it has none.</summary>
    [DaemonAction(254), Since(1, 3, 18), ShellAlias("get-uuid")]
    string VfsUuid([Mountable] string mountable);

    /// <summary>The smallest size in bytes to which the file system could shrink; XFS cannot, so it is the size that it has.</summary>
    /// <exception cref="GuestfsException">ENOTSUP: not for this type.</exception>
    [DaemonAction(457), Since(1, 31, 18)]
    long VfsMinimumSize([Mountable] string mountable);

    /// <summary>Sizes and free space of the mounted file system that holds the path.</summary>
    [DaemonAction(54), Since(1, 9, 2)]
    StatVfs Statvfs([Pathname] string path);

    /// <summary>What df(1) prints for the mounted file systems, for people to read.</summary>
    [DaemonAction(125), Since(1, 0, 54)]
    string Df();

    /// <summary>The same with sizes such as <c>1.5G</c>.</summary>
    [DaemonAction(126), Since(1, 0, 54)]
    string DfH();

    /// <summary>The space that a file, or a directory with all below it, takes up.</summary>
    /// <returns>KiB.</returns>
    [DaemonAction(127), Since(1, 0, 54), Progress]
    long Du([Pathname] string path);

    /// <summary>What blkid(8) finds on a device.</summary>
    /// <returns>Name of the tag, such as <c>TYPE</c> → value.</returns>
    [DaemonAction(303), Since(1, 15, 9)]
    OrderedDictionary<string, string> Blkid([Device] string device);

    /// <summary>Whether the kernel of the appliance can mount that type.</summary>
    /// <param name="filesystem">Type such as <c>xfs</c>.</param>
    [DaemonAction(333), Since(1, 19, 5)]
    bool FilesystemAvailable(string filesystem);

    /// <summary>Makes a file system.</summary>
    /// <param name="fsType">Type such as <c>ext4</c>.</param>
    /// <param name="blockSize">Block size in bytes.</param>
    /// <param name="features">Features, as the type's own program takes them.</param>
    /// <param name="inode">Inode size in bytes.</param>
    /// <param name="sectorSize">Sector size in bytes (ufs).</param>
    /// <param name="label">Label.</param>
    /// <exception cref="GuestfsException">EINVAL: an argument that the type does not know.</exception>
    [DaemonAction(278), Since(0, 0, 8), ShellAlias("mkfs-opts")]
    void Mkfs(
        string fsType,
        [Device] string device,
        [Optional] int? blockSize,
        [Optional] string? features,
        [Optional] int? inode,
        [Optional] int? sectorSize,
        [Optional] string? label);

    /// <summary>Makes a file system with a block size.</summary>
    /// <param name="fsType">Type such as <c>ext4</c>.</param>
    /// <param name="blockSize">Bytes.</param>
    [DaemonAction(187), Since(1, 0, 68), DeprecatedBy("mkfs")]
    void MkfsB(string fsType, int blockSize, [Device] string device);

    /// <summary>Sets the label of a file system.</summary>
    /// <param name="label">New label; how long it may be depends on the type.</param>
    /// <exception cref="GuestfsException">ENOTSUP: not for this type.</exception>
    [DaemonAction(310), Since(1, 17, 9)]
    void SetLabel([Mountable] string mountable, string label);

    /// <summary>Sets the UUID of a file system.</summary>
    /// <param name="uuid">New UUID.</param>
    /// <exception cref="GuestfsException">ENOTSUP: not for this type.</exception>
    [DaemonAction(403), Since(1, 23, 10)]
    void SetUuid([Device] string device, string uuid);

    /// <summary>Gives a file system a new random UUID.</summary>
    /// <exception cref="GuestfsException">ENOTSUP: not for this type.</exception>
    [DaemonAction(456), Since(1, 29, 50)]
    void SetUuidRandom([Device] string device);

    /// <summary>Checks and repairs a file system without asking.</summary>
    /// <param name="fsType">Type such as <c>ext4</c>.</param>
    /// <returns>Exit status of fsck(8), the sum of: 1 repaired, 2 repaired and to be mounted anew, 4 errors left, 8 the check failed.</returns>
    [DaemonAction(84), Since(1, 0, 16)]
    int Fsck(string fsType, [Device] string device);

    /// <summary>Removes the signatures of file systems and RAID from a device.</summary>
    [DaemonAction(306), Since(1, 17, 6), FeatureGroup("wipefs")]
    void Wipefs([Device] string device);

    /// <summary>Makes an F2FS file system fill its device.</summary>
    [DaemonAction(505), Since(1, 39, 3), FeatureGroup("f2fs")]
    void F2fsExpand([Device] string device);

    /// <summary>Tells the drive which blocks of a mounted file system are free.</summary>
    /// <param name="mountpoint">Where it is mounted.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes from there.</param>
    /// <param name="minimumFreeExtent">Leave out free ranges smaller than this many bytes.</param>
    [DaemonAction(334), Since(1, 19, 6), FeatureGroup("fstrim")]
    void Fstrim([Pathname] string mountpoint, [Optional] long? offset, [Optional] long? length, [Optional] long? minimumFreeExtent);

    /// <summary>Fills the free space of a mounted file system with zeros, by a file that is removed again.</summary>
    /// <param name="directory">A directory of that file system.</param>
    [DaemonAction(311), Since(1, 17, 18), Progress]
    void ZeroFreeSpace([Pathname] string directory);
}
