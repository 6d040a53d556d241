using VirtTools.Declarations;

namespace VirtTools;

/// <summary>What is known of a file, with times in whole seconds.</summary>
/// <param name="Dev">Device number of the file system.</param>
/// <param name="Ino">Inode number.</param>
/// <param name="Mode">Kind and permission bits, as stat(2) has them.</param>
/// <param name="Nlink">Number of hard links.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Rdev">Device number of a device file.</param>
/// <param name="Size">Size in bytes.</param>
/// <param name="Blksize">Best size for reads and writes, in bytes.</param>
/// <param name="Blocks">Space taken, in units of 512 bytes.</param>
/// <param name="Atime">Last access, in seconds since 1970.</param>
/// <param name="Mtime">Last change of the content, in seconds since 1970.</param>
/// <param name="Ctime">Last change of the inode, in seconds since 1970.</param>
[WireStruct("stat")]
public sealed record Stat(
    long Dev,
    long Ino,
    long Mode,
    long Nlink,
    long Uid,
    long Gid,
    long Rdev,
    long Size,
    long Blksize,
    long Blocks,
    long Atime,
    long Mtime,
    long Ctime);
