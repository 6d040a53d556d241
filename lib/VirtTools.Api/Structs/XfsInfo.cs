using VirtTools.Declarations;

namespace VirtTools;

/// <summary>The geometry of an XFS file system.</summary>
/// <param name="XfsMntpoint">Where it is mounted.</param>
/// <param name="XfsInodesize">Size of an inode in bytes.</param>
/// <param name="XfsAgcount">Number of allocation groups.</param>
/// <param name="XfsAgsize">Size of an allocation group in blocks.</param>
/// <param name="XfsSectsize">Sector size in bytes.</param>
/// <param name="XfsAttr">Version of the extended attributes.</param>
/// <param name="XfsBlocksize">Block size in bytes.</param>
/// <param name="XfsDatablocks">Size of the data section in blocks.</param>
/// <param name="XfsImaxpct">Percent of the space that inodes may take.</param>
/// <param name="XfsSunit">Stripe unit in blocks.</param>
/// <param name="XfsSwidth">Stripe width in blocks.</param>
/// <param name="XfsDirversion">Version of the directories.</param>
/// <param name="XfsDirblocksize">Block size of directories in bytes.</param>
/// <param name="XfsCimode">1 when names are the same in upper and lower case.</param>
/// <param name="XfsLogname">Where the log is: <c>internal</c>, <c>external</c> or a device.</param>
/// <param name="XfsLogblocksize">Block size of the log in bytes.</param>
/// <param name="XfsLogblocks">Size of the log in blocks.</param>
/// <param name="XfsLogversion">Version of the log.</param>
/// <param name="XfsLogsectsize">Sector size of the log in bytes.</param>
/// <param name="XfsLogsunit">Stripe unit of the log in blocks.</param>
/// <param name="XfsLazycount">1 when the superblock's counters are written late.</param>
/// <param name="XfsRtname">Real-time section: <c>none</c> or a device.</param>
/// <param name="XfsRtextsize">Size of a real-time extent in bytes.</param>
/// <param name="XfsRtblocks">Size of the real-time section in blocks.</param>
/// <param name="XfsRtextents">Number of real-time extents.</param>
[WireStruct("xfsinfo")]
public sealed record XfsInfo(
    string XfsMntpoint,
    uint XfsInodesize,
    uint XfsAgcount,
    uint XfsAgsize,
    uint XfsSectsize,
    uint XfsAttr,
    uint XfsBlocksize,
    ulong XfsDatablocks,
    uint XfsImaxpct,
    uint XfsSunit,
    uint XfsSwidth,
    uint XfsDirversion,
    uint XfsDirblocksize,
    uint XfsCimode,
    string XfsLogname,
    uint XfsLogblocksize,
    uint XfsLogblocks,
    uint XfsLogversion,
    uint XfsLogsectsize,
    uint XfsLogsunit,
    uint XfsLazycount,
    string XfsRtname,
    uint XfsRtextsize,
    ulong XfsRtblocks,
    ulong XfsRtextents);
