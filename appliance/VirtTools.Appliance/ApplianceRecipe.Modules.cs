namespace VirtTools.Appliance;

internal static partial class ApplianceRecipe
{
    /// <summary>
    /// The modules that the init inserts before it mounts the root file system, and the order wanted; dependencies are put before them.
    /// </summary>
    /// <remarks>
    /// ext4 and jbd2 ask for the crypto algorithm "crc32c" by name (a soft dependency), and the block layer's T10 checks for "crct10dif": with no
    /// modprobe in the initrd the generic implementations must be there before; that of the processor's own instruction is taken instead where
    /// it can be inserted. The random number generator is left to the root file system.
    /// </remarks>
    public static IReadOnlyList<string> BootModules { get; } =
    [
        "virtio_pci", "virtio_scsi", "sd_mod", "virtio_blk", "virtio_console", "crc32c_generic", "crc32c_intel", "ext4",
    ];

    /// <summary>Whether a kernel module (path below /lib/modules/VERSION/kernel/) goes into the root file system; dependencies follow by themselves.</summary>
    public static bool KeepsModule(string path)
    {
        if (ModulesLeftOut.Contains(path))
        {
            return false;
        }

        return ModuleFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)) || Modules.Contains(path);
    }

    private static readonly string[] ModuleFolders =
    [
        "arch/x86/crypto/", "crypto/", "drivers/md/",
        "fs/9p/", "fs/adfs/", "fs/affs/", "fs/befs/", "fs/bfs/", "fs/btrfs/", "fs/efs/", "fs/erofs/", "fs/exfat/", "fs/ext4/", "fs/f2fs/",
        "fs/fat/", "fs/freevxfs/", "fs/fuse/", "fs/gfs2/", "fs/hfs/", "fs/hfsplus/", "fs/hpfs/", "fs/isofs/", "fs/jbd2/", "fs/jfs/", "fs/minix/",
        "fs/nilfs2/", "fs/nls/", "fs/ocfs2/", "fs/omfs/", "fs/overlayfs/", "fs/qnx4/", "fs/qnx6/", "fs/quota/",
        "fs/reiserfs/", "fs/romfs/", "fs/squashfs/", "fs/sysv/", "fs/udf/", "fs/ufs/", "fs/xfs/", "fs/zonefs/",
    ];

    private static readonly HashSet<string> Modules =
    [
        "drivers/ata/ahci.ko", "drivers/ata/ata_generic.ko", "drivers/ata/ata_piix.ko", "drivers/block/brd.ko", "drivers/block/loop.ko",
        "drivers/block/virtio_blk.ko", "drivers/char/hw_random/virtio-rng.ko", "drivers/char/virtio_console.ko", "drivers/net/virtio_net.ko",
        "drivers/scsi/scsi_mod.ko", "drivers/scsi/sd_mod.ko", "drivers/scsi/sg.ko", "drivers/scsi/sr_mod.ko", "drivers/scsi/virtio_scsi.ko",
        "drivers/virtio/virtio_balloon.ko", "drivers/virtio/virtio_pci.ko", "fs/mbcache.ko",
        "net/9p/9pnet_virtio.ko", "lib/crc-itu-t.ko", "lib/libcrc32c.ko",
    ];

    private static readonly HashSet<string> ModulesLeftOut =
    [
        // Needs the distributed lock manager of a cluster.
        "drivers/md/md-cluster.ko",
        // A self-test that always refuses to load.
        "crypto/tcrypt.ko",
    ];
}
