using VirtTools.Declarations;

namespace VirtTools;

/// <summary>What is known of a file, with times in nanoseconds.</summary>
/// <param name="StDev">Device number of the file system.</param>
/// <param name="StIno">Inode number; -1 for a name that could not be looked at.</param>
/// <param name="StMode">Kind and permission bits, as stat(2) has them.</param>
/// <param name="StNlink">Number of hard links.</param>
/// <param name="StUid">Owner.</param>
/// <param name="StGid">Group.</param>
/// <param name="StRdev">Device number of a device file.</param>
/// <param name="StSize">Size in bytes.</param>
/// <param name="StBlksize">Best size for reads and writes, in bytes.</param>
/// <param name="StBlocks">Space taken, in units of 512 bytes.</param>
/// <param name="StAtimeSec">Last access, in seconds since 1970.</param>
/// <param name="StAtimeNsec">Nanoseconds to add.</param>
/// <param name="StMtimeSec">Last change of the content, in seconds since 1970.</param>
/// <param name="StMtimeNsec">Nanoseconds to add.</param>
/// <param name="StCtimeSec">Last change of the inode, in seconds since 1970.</param>
/// <param name="StCtimeNsec">Nanoseconds to add.</param>
/// <param name="StSpare1">Not used, 0.</param>
/// <param name="StSpare2">Not used, 0.</param>
/// <param name="StSpare3">Not used, 0.</param>
/// <param name="StSpare4">Not used, 0.</param>
/// <param name="StSpare5">Not used, 0.</param>
/// <param name="StSpare6">Not used, 0.</param>
[WireStruct("statns")]
public sealed record StatNs(
    long StDev,
    long StIno,
    long StMode,
    long StNlink,
    long StUid,
    long StGid,
    long StRdev,
    long StSize,
    long StBlksize,
    long StBlocks,
    long StAtimeSec,
    long StAtimeNsec,
    long StMtimeSec,
    long StMtimeNsec,
    long StCtimeSec,
    long StCtimeNsec,
    long StSpare1,
    long StSpare2,
    long StSpare3,
    long StSpare4,
    long StSpare5,
    long StSpare6);
