namespace VirtTools.Declarations;

/// <summary>What only XFS file systems have.</summary>
[Actions]
internal interface IXfsActions
{
    /// <summary>The geometry of a file system, as a struct.</summary>
    [DaemonAction(337), Since(1, 19, 21), FeatureGroup("xfs"), DeprecatedBy("xfs_info2")]
    XfsInfo XfsInfo([DeviceOrPath] string pathOrDevice);

    /// <summary>The geometry of a file system.</summary>
    /// <returns>Words of <c>xfs_info</c>, such as <c>data.blocks</c> → value.</returns>
    [DaemonAction(522), Since(1, 59, 2), FeatureGroup("xfs")]
    OrderedDictionary<string, string> XfsInfo2([DeviceOrPath] string pathOrDevice);

    /// <summary>Lets a mounted file system grow.</summary>
    /// <param name="path">Where it is mounted.</param>
    /// <param name="dataSec">The data section.</param>
    /// <param name="logSec">The log.</param>
    /// <param name="rtSec">The real-time section.</param>
    /// <param name="dataSize">New size of the data section in blocks.</param>
    /// <param name="logSize">New size of the log in blocks.</param>
    /// <param name="rtSize">New size of the real-time section in blocks.</param>
    /// <param name="rtExtSize">Size of a real-time extent in blocks.</param>
    /// <param name="maxPct">Percent of the space that inodes may take.</param>
    [DaemonAction(343), Since(1, 19, 28), FeatureGroup("xfs")]
    void XfsGrowfs(
        [Pathname] string path,
        [Optional] bool? dataSec,
        [Optional] bool? logSec,
        [Optional] bool? rtSec,
        [Optional] long? dataSize,
        [Optional] long? logSize,
        [Optional] long? rtSize,
        [Optional] long? rtExtSize,
        [Optional] int? maxPct);

    /// <summary>Changes settings of an unmounted file system.</summary>
    /// <param name="extUnwritten">Turn on unwritten extents.</param>
    /// <param name="imgFile">The device is a file that holds an image.</param>
    /// <param name="v2log">Turn on version 2 of the log.</param>
    /// <param name="projId32Bit">Turn on project ids of 32 bits.</param>
    /// <param name="lazyCounter">Write the superblock's counters late.</param>
    /// <param name="label">New label, at most 12 bytes.</param>
    /// <param name="uuid">New UUID; <c>nil</c> and <c>generate</c> are understood too.</param>
    [DaemonAction(349), Since(1, 19, 33), FeatureGroup("xfs")]
    void XfsAdmin(
        [Device] string device,
        [Optional] bool? extUnwritten,
        [Optional] bool? imgFile,
        [Optional] bool? v2log,
        [Optional] bool? projId32Bit,
        [Optional] bool? lazyCounter,
        [Optional] string? label,
        [Optional] string? uuid);

    /// <summary>Repairs an unmounted file system.</summary>
    /// <param name="forceLogZero">Throw the log away.</param>
    /// <param name="noModify">Only look.</param>
    /// <param name="noPrefetch">Do not read ahead.</param>
    /// <param name="forceGeometry">Go on although the geometry looks wrong.</param>
    /// <param name="maxMem">Memory to use, in MiB.</param>
    /// <param name="ihashSize">Size of the inode cache.</param>
    /// <param name="bhashSize">Size of the buffer cache.</param>
    /// <param name="agstride">Stride between allocation groups worked on at once.</param>
    /// <param name="logDev">Device of the log.</param>
    /// <param name="rtDev">Device of the real-time section.</param>
    /// <returns>0, or 1 where <c>nomodify</c> found errors.</returns>
    [DaemonAction(366), Since(1, 19, 36), FeatureGroup("xfs")]
    int XfsRepair(
        [DeviceOrPath] string device,
        [Optional] bool? forceLogZero,
        [Optional] bool? noModify,
        [Optional] bool? noPrefetch,
        [Optional] bool? forceGeometry,
        [Optional] long? maxMem,
        [Optional] long? ihashSize,
        [Optional] long? bhashSize,
        [Optional] long? agstride,
        [Optional] string? logDev,
        [Optional] string? rtDev);
}
