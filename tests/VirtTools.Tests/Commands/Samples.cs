namespace VirtTools.Tests.Commands;

/// <summary>Values as a guest returns them.</summary>
internal static class Samples
{
    public static StatNs Status(long mode, long size, long uid = 0, long gid = 0) => new(
        StDev: 2050, StIno: 14, StMode: mode, StNlink: 2, StUid: uid, StGid: gid, StRdev: 0, StSize: size, StBlksize: 1024, StBlocks: 2,
        StAtimeSec: 1000000000, StAtimeNsec: 5, StMtimeSec: 1100000000, StMtimeNsec: 0, StCtimeSec: 1795469397, StCtimeNsec: 0,
        StSpare1: 0, StSpare2: 0, StSpare3: 0, StSpare4: 0, StSpare5: 0, StSpare6: 0);

    public static StatVfs Counts(long blockSize, long blocks, long free, long available, long inodes, long freeInodes) => new(
        Bsize: blockSize, Frsize: blockSize, Blocks: blocks, Bfree: free, Bavail: available, Files: inodes, Ffree: freeInodes, Favail: freeInodes,
        Fsid: 1, Flag: 4097, Namemax: 255);
}
