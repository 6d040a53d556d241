using VirtTools.Declarations;

namespace VirtTools;

/// <summary>Sizes and free space of a mounted file system; a number that the kernel does not know is -1.</summary>
/// <param name="Bsize">Best size for reads and writes, in bytes.</param>
/// <param name="Frsize">Size of a block, the unit of the counts, in bytes.</param>
/// <param name="Blocks">Number of blocks.</param>
/// <param name="Bfree">Free blocks.</param>
/// <param name="Bavail">Free blocks that an ordinary user may take.</param>
/// <param name="Files">Number of inodes.</param>
/// <param name="Ffree">Free inodes.</param>
/// <param name="Favail">Free inodes that an ordinary user may take.</param>
/// <param name="Fsid">Id of the file system.</param>
/// <param name="Flag">Mount flags, as statvfs(3) has them.</param>
/// <param name="Namemax">Longest file name, in bytes.</param>
[WireStruct("statvfs")]
public sealed record StatVfs(
    long Bsize,
    long Frsize,
    long Blocks,
    long Bfree,
    long Bavail,
    long Files,
    long Ffree,
    long Favail,
    long Fsid,
    long Flag,
    long Namemax);
