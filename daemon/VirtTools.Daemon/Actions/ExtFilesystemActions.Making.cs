using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Actions;

internal sealed partial class ExtFilesystemActions
{
    public override void Mke2fs(
        string device, long? blocksCount, long? blockSize, long? fragSize, long? blocksPerGroup, long? numberOfGroups, long? bytesPerInode,
        long? inodeSize, long? journalSize, long? numberOfInodes, long? strideSize, long? stripeWidth, long? maxOnlineResize,
        int? reservedBlocksPercentage, int? mmpUpdateInterval, string? journalDevice, string? label, string? lastMountedDir, string? creatorOs,
        string? fsType, string? usageType, string? uuid, bool? forceCreate, bool? writesBandGroupOnly, bool? lazyItableInit,
        bool? lazyJournalInit, bool? testFs, bool? discard, bool? quotaType, bool? extent, bool? fileType, bool? flexBg, bool? hasJournal,
        bool? journalDev, bool? largeFile, bool? quota, bool? resizeInode, bool? sparseSuper, bool? uninitBg)
    {
        var options = new OptionList();
        options.Number("-b", "blocksize", blockSize, least: 1);
        options.Number("-f", "fragsize", fragSize, least: 1);
        options.Number("-g", "blockspergroup", blocksPerGroup, least: 1);
        options.Number("-G", "numberofgroups", numberOfGroups, least: 1);
        options.Number("-i", "bytesperinode", bytesPerInode, least: 1);
        options.Number("-I", "inodesize", inodeSize, least: 1);
        options.Setting("-J", "size", "journalsize", journalSize, least: 1);
        options.Setting("-J", journalDevice is null ? null : $"device={Journal(journalDevice)}");
        options.Number("-N", "numberofinodes", numberOfInodes, least: 1);
        options.Number("-m", "reservedblockspercentage", reservedBlocksPercentage, least: 0);
        options.Setting("-E", "stride", "stridesize", strideSize, least: 1);
        options.Setting("-E", "stripe_width", "stripewidth", stripeWidth, least: 1);
        options.Setting("-E", "resize", "maxonlineresize", maxOnlineResize, least: 1);
        options.Setting("-E", "mmp_update_interval", "mmpupdateinterval", mmpUpdateInterval, least: 0);
        options.Setting("-E", OnOff("lazy_itable_init=1", "lazy_itable_init=0", lazyItableInit));
        options.Setting("-E", OnOff("lazy_journal_init=1", "lazy_journal_init=0", lazyJournalInit));
        options.Setting("-E", OnOff("discard", "nodiscard", discard));
        options.Setting("-E", OnOff("quotatype=usr", "quotatype=grp", quotaType));
        options.Setting("-E", testFs == true ? "test_fs" : null);
        options.Text("-L", label);
        options.Text("-M", lastMountedDir);
        options.Text("-o", creatorOs);
        options.Text("-t", fsType is null ? null : CheckType(fsType));
        options.Text("-T", usageType);
        options.Text("-U", uuid);
        options.Flag("-F", forceCreate);
        options.Flag("-S", writesBandGroupOnly);
        Feature(options, "extent", extent);
        Feature(options, "filetype", fileType);
        Feature(options, "flex_bg", flexBg);
        Feature(options, "has_journal", hasJournal);
        Feature(options, "journal_dev", journalDev);
        Feature(options, "large_file", largeFile);
        Feature(options, "quota", quota);
        Feature(options, "resize_inode", resizeInode);
        Feature(options, "sparse_super", sparseSuper);
        Feature(options, "uninit_bg", uninitBg);
        List<string> argv = ["mke2fs", "-q", .. options.Words, device];
        if (blocksCount is { } blocks)
        {
            argv.Add(blocks > 0 ? Text(blocks) : throw new DaemonException("EINVAL", $"blockscount: {blocks} is not more than 0"));
        }

        ProgramRunner.Run(argv);
    }

    public override void Mke2journal(int blockSize, string device) => MakeJournal(blockSize, device);

    public override void Mke2journalL(int blockSize, string label, string device) => MakeJournal(blockSize, device, "-L", label);

    public override void Mke2journalU(int blockSize, string uuid, string device) => MakeJournal(blockSize, device, "-U", uuid);

    public override void Mke2fsJ(string fsType, int blockSize, string device, string journal) => MakeWithJournal(fsType, blockSize, device, journal);

    public override void Mke2fsJL(string fsType, int blockSize, string device, string label) =>
        MakeWithJournal(fsType, blockSize, device, $"LABEL={label}");

    public override void Mke2fsJU(string fsType, int blockSize, string device, string uuid) =>
        MakeWithJournal(fsType, blockSize, device, $"UUID={uuid}");

    private static void MakeJournal(int blockSize, string device, params ReadOnlySpan<string> identity) =>
        ProgramRunner.Run(["mke2fs", "-q", "-F", "-O", "journal_dev", "-b", Text(blockSize), .. identity, device]);

    private static void MakeWithJournal(string type, int blockSize, string device, string journal) =>
        ProgramRunner.Run(["mke2fs", "-q", "-F", "-t", CheckType(type), "-J", $"device={journal}", "-b", Text(blockSize), device]);

    private static string CheckType(string type) =>
        type is "ext2" or "ext3" or "ext4" ? type : throw new DaemonException("EINVAL", $"fstype: not ext2, ext3 or ext4: {type}");

    private static string? OnOff(string on, string off, bool? value) => value is { } given ? given ? on : off : null;

    private static void Feature(OptionList options, string name, bool? value) => options.Setting("-O", OnOff(name, "^" + name, value));

    // A device, or a tag such as UUID=... by which mke2fs looks for one.
    private string Journal(string text) => text.StartsWith("/dev/", StringComparison.Ordinal) ? devices.Resolve(text, "journaldevice") : text;
}
