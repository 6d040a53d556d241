namespace VirtTools.Posix;

/// <summary>What statfs(2) says about a file system.</summary>
/// <param name="Type">Its magic number.</param>
/// <param name="FreeBytes">Room for those who are not root.</param>
internal readonly record struct FileSystemStatus(long Type, long FreeBytes)
{
    // statfs(2) and <linux/magic.h>: NFS, SMB, SMB 2, CIFS, 9P, FUSE, Ceph, AFS, Coda, Lustre, GPFS.
    private static readonly long[] Remote =
        [0x6969, 0x517B, 0xFE534D42, 0xFF534D42, 0x01021997, 0x65735546, 0x00C36400, 0x5346414F, 0x73757245, 0x0BD00BD0, 0x47504653];

    /// <summary>The files are, or may be, on another machine.</summary>
    public bool IsRemote => Remote.Contains(Type);
}
