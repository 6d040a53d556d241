namespace VirtTools.Declarations;

/// <summary>Disk images on the host.</summary>
[Actions]
internal interface IDiskImageActions
{
    /// <summary>Makes a disk image.</summary>
    /// <param name="filename">Path on the host; an existing file is overwritten.</param>
    /// <param name="format"><c>raw</c> or <c>qcow2</c>.</param>
    /// <param name="size">Size in bytes; -1 with a backing file for the size of that.</param>
    /// <param name="backingFile">Image that holds what was not written yet.</param>
    /// <param name="backingFormat">Format of the backing file.</param>
    /// <param name="preallocation"><c>off</c> or <c>sparse</c> (the default), <c>metadata</c> for qcow2, <c>full</c>.</param>
    /// <param name="compat">Version of qcow2: <c>0.10</c> or <c>1.1</c>.</param>
    /// <param name="clusterSize">Cluster size of qcow2 in bytes, a power of 2 from 512 to 2097152.</param>
    /// <exception cref="GuestfsException">EINVAL: an argument makes no sense.</exception>
    [LibraryAction, Since(1, 25, 31), Blocking]
    void DiskCreate(
        string filename,
        string format,
        long size,
        [Optional] string? backingFile,
        [Optional] string? backingFormat,
        [Optional] string? preallocation,
        [Optional] string? compat,
        [Optional] int? clusterSize);

    /// <summary>Format of a disk image: <c>raw</c>, <c>qcow2</c> and so on.</summary>
    /// <param name="filename">Path on the host.</param>
    [LibraryAction, Since(1, 19, 38), Blocking]
    string DiskFormat(string filename);

    /// <summary>Size in bytes that a guest sees of a disk image.</summary>
    /// <param name="filename">Path on the host.</param>
    [LibraryAction, Since(1, 19, 39), Blocking]
    long DiskVirtualSize(string filename);

    /// <summary>Whether a disk image names a backing file.</summary>
    /// <param name="filename">Path on the host.</param>
    [LibraryAction, Since(1, 19, 39), Blocking]
    bool DiskHasBackingFile(string filename);
}
