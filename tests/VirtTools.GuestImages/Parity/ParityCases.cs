using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures.Parity;

/// <summary>
/// The command lines on which our commands are held against the original's. Each launch of the original takes long, so a
/// guest has a whole zoo attached, every file system mounted on a stage, and one run lists them all.
/// </summary>
public static class ParityCases
{
    /// <summary>File systems with the same bytes each time; their cases are recorded.</summary>
    public static readonly Fixture Menagerie = Together(
        "menagerie", "the reproducible guests of the zoo, attached together",
        "stage", "ext2", "ext3", "ext4", "vfat", "iso9660", "squashfs", "mbr-logical", "gpt", "dirty-journal");

    /// <summary>File systems that a kernel filled; their cases are run live.</summary>
    public static readonly Fixture KernelMenagerie = Together(
        "kernel-menagerie", "the guests of the zoo that a kernel filled, attached together",
        "stage", "xfs", "btrfs", "ntfs", "f2fs", "udf", "lvm", "raid1");

    /// <summary>
    /// The same without btrfs: beside other disks, the original's virt-df shows its subvolumes in some runs and leaves them
    /// out in others, as its kernel happened to name the disks (docs/parity.md).
    /// </summary>
    public static readonly Fixture KernelMenagerieWithoutBtrfs = Together(
        "kernel-menagerie-without-btrfs", "the guests of the zoo that a kernel filled, but btrfs",
        "stage", "xfs", "ntfs", "f2fs", "udf", "lvm", "raid1");

    private static readonly Fixture NoDisk = new("no-disk", "no disk at all", []);

    private static readonly string[] MenagerieMounts = Mounts(
        "/dev/sda", "/dev/sdb:/ext2", "/dev/sdc:/ext3", "/dev/sdd:/ext4", "/dev/sde1:/vfat", "/dev/sdf:/iso9660", "/dev/sdg:/squashfs",
        "/dev/sdh5:/logical-5", "/dev/sdh7:/logical-7", "/dev/sdi1:/gpt-efi", "/dev/sdi2:/gpt-root", "/dev/sdi3:/gpt-home",
        "/dev/sdj:/dirty-journal");

    // A mount with options is writable if they do not say otherwise, and then reading changes the times that are compared.
    private static readonly string[] KernelMounts = Mounts(
        "/dev/sda", "/dev/sdb1:/xfs", "/dev/sdc1:/btrfs:ro,subvol=@", "/dev/sdc1:/btrfs-top", "/dev/sdd1:/ntfs", "/dev/sde:/f2fs",
        "/dev/sdf:/udf", "/dev/guest/root:/lvm-root", "/dev/guest/home:/lvm-home", "/dev/md127:/raid1");

    /// <summary>The modes of virt-ls: each kind of column once, then all of them together.</summary>
    private static readonly (string Name, string[] Options)[] ListingModes =
    [
        ("recursive", ["-R"]),
        ("long-recursive", ["-lR"]),
        ("csv", ["-lR", "--csv"]),
        ("checksum", ["-lR", "--checksum"]),
        ("sha256-csv", ["-lR", "--checksum=sha256", "--csv"]),
        ("uids", ["-lR", "--uids"]),
        ("times", ["-lR", "--times"]),
        ("time-t", ["-lR", "--time-t"]),
        ("extra-stats", ["-lR", "--extra-stats"]),
        ("human", ["-lR", "-h"]),
        ("everything", ["-lR", "-h", "--checksum=md5", "--uids", "--times", "--extra-stats"]),
        ("everything-csv", ["-lR", "--csv", "--checksum=sha1", "--uids", "--time-t", "--extra-stats"]),
    ];

    /// <summary>The modes of virt-df.</summary>
    private static readonly (string Name, string[] Options)[] SpaceModes =
    [
        ("plain", []),
        ("inodes", ["-i"]),
        ("csv", ["--csv"]),
        ("csv-inodes", ["--csv", "-i"]),
        ("human", ["-h"]),
        ("uuid", ["--uuid"]),
    ];

    /// <summary>Cases on images that are the same everywhere.</summary>
    public static IReadOnlyList<ParityCase> Recorded { get; } =
    [
        .. ListingModes.Select(mode => new ParityCase("ls-" + mode.Name, Menagerie, "virt-ls", [.. MenagerieMounts, .. mode.Options, "/"])),
        new("ls-several", Menagerie, "virt-ls", [.. MenagerieMounts, "/ext2", "/vfat/files", "/ext4/names", "/squashfs/unix"]),
        new("ls-long-several", Menagerie, "virt-ls",
            [.. MenagerieMounts, "-l", "/ext2", "/iso9660/files", "/ext4/names", "/squashfs/unix"]),
        new("ls-recursive-several", Menagerie, "virt-ls",
            [.. MenagerieMounts, "-R", "/ext2/files", "/ext3/files/", "/ext3/files//", "//vfat//etc/../files/deep", "/squashfs/names"]),
        new("ls-long-recursive-several", Menagerie, "virt-ls",
            [
                .. MenagerieMounts, "-lR", "/ext2/files", "/ext3/files/", "/ext3/files//", "/ext4/links/folder", "//vfat//etc/../files/deep",
                "/squashfs/names",
            ]),
        // The original's virt-ls -l fails on HFS+; see docs/parity.md.
        new("ls-hfsplus", GuestImages.Named("hfsplus"), "virt-ls", ["-m", "/dev/sda", "-R", "/"]),
        new("ls-missing", Menagerie, "virt-ls", [.. MenagerieMounts, "/ext2/nowhere"]),
        new("ls-file", Menagerie, "virt-ls", [.. MenagerieMounts, "-R", "/ext2/etc/hostname"]),
        new("ls-inspected", GuestImages.Named("mbr-logical"), "virt-ls", ["-R", "/"]),
        new("ls-inspected-gpt", GuestImages.Named("gpt"), "virt-ls", ["-lR", "/home", "/etc"]),
        new("cat-files", Menagerie, "virt-cat",
            [
                .. MenagerieMounts, .. CatFiles("ext2", "ext3", "ext4", "vfat", "iso9660", "squashfs", "gpt-root"),
                "/ext4/files/hundred-kilobytes", "/dirty-journal/state",
            ]),
        new("cat-hfsplus", GuestImages.Named("hfsplus"), "virt-cat",
            ["-m", "/dev/sda", "/etc/hostname", "/files/binary", "/links/relative"]),
        new("cat-missing", Menagerie, "virt-cat", [.. MenagerieMounts, "/ext2/etc/hostname", "/ext2/nowhere", "/ext3/etc/hostname"]),
        new("cat-folder", Menagerie, "virt-cat", [.. MenagerieMounts, "/ext2/files"]),
        new("cat-loop", Menagerie, "virt-cat", [.. MenagerieMounts, "/ext2/links/self"]),
        new("cat-inspected", GuestImages.Named("ext4"), "virt-cat",
            ["/links/absolute", "/links/relative", "/links/folder/er/and/deeper/bottom", "/files/it's"]),
        new("cat-escape", GuestImages.Named("symlink-escape"), "virt-cat",
            ["/escape/absolute", "/escape/dots", "/escape/dots-from-root", "/escape/root/etc/hostname", "/escape/empty-hops"]),
        new("cat-escape-proc", GuestImages.Named("symlink-escape"), "virt-cat", ["/escape/proc-1-root"]),
        .. SpaceModes.Select(mode => new ParityCase("df-" + mode.Name, Menagerie, "virt-df", mode.Options)),
        .. ((string[])["blank", "empty", "hfsplus", "no-partitions", "swap"])
            .Select(name => new ParityCase("df-" + name, GuestImages.Named(name), "virt-df")),
        new("df-thirty-drives", GuestImages.ThirtyDrives, "virt-df"),
        new("inspector-windows-xp-fat", GuestImages.Named("windows-xp-fat"), "virt-inspector"),
        new("inspector-no-applications", GuestImages.Named("windows-xp-fat"), "virt-inspector", "--no-applications", "--no-icon"),
    ];

    /// <summary>Cases in which ours differs from the original on purpose (docs/parity.md); what the original writes is recorded.</summary>
    public static IReadOnlyList<ParityCase> Differing { get; } =
    [
        new("ls-squashfs-plain", GuestImages.Named("squashfs-plain"), "virt-ls", ["-m", "/dev/sda", "-lR", "/"]),
        new("df-unreadable", GuestImages.Named("unreadable"), "virt-df"),
        new("inspector-blank", GuestImages.Named("blank"), "virt-inspector"),
        new("inspector-ext4", GuestImages.Named("ext4"), "virt-inspector"),
        .. ((string[])["virt-cat", "virt-ls", "virt-df", "virt-inspector"]).Select(program => new ParityCase($"no-disk-{program[5..]}", NoDisk, program)),
    ];

    /// <summary>Cases on images that differ each time, for which the original must run beside ours.</summary>
    public static IReadOnlyList<ParityCase> LiveOnly { get; } =
    [
        .. ListingModes.Select(mode =>
            new ParityCase("live-ls-" + mode.Name, KernelMenagerie, "virt-ls", [.. KernelMounts, .. mode.Options, "/"])),
        new("live-cat-files", KernelMenagerie, "virt-cat",
            [
                .. KernelMounts, .. CatFiles("xfs", "btrfs", "ntfs", "f2fs", "udf", "lvm-root", "raid1"),
                "/xfs/files/hundred-kilobytes", "/btrfs/var/nested/in-nested",
            ]),
        .. SpaceModes.Select(mode => new ParityCase("live-df-" + mode.Name, KernelMenagerieWithoutBtrfs, "virt-df", mode.Options)),
        .. SpaceModes.Select(mode => new ParityCase("live-df-btrfs-" + mode.Name, GuestImages.Named("btrfs"), "virt-df", mode.Options)),
        .. ((string[])["xfs", "lvm", "raid1"])
            .Select(name => new ParityCase("live-ls-inspected-" + name, GuestImages.Named(name), "virt-ls", ["-lR", "/"])),
        new("live-ls-debian", GuestImages.Debian, "virt-ls", ["-lR", "--uids", "--times", "--extra-stats", "/"]),
        new("live-ls-debian-checksum", GuestImages.Debian, "virt-ls", ["-lR", "--csv", "--checksum=sha256", "/etc", "/boot", "/home"]),
        new("live-cat-debian", GuestImages.Debian, "virt-cat",
            ["/etc/fstab", "/etc/os-release", "/var/log/syslog", "/boot/grub/grub.cfg", "/home/ada/Résumé.txt"]),
        .. ((string[])["windows-xp", "windows-2003", "windows-7", "windows-10"])
            .Select(name => new ParityCase("live-inspector-" + name, GuestImages.Named(name), "virt-inspector")),
        new("live-inspector-debian", GuestImages.Debian, "virt-inspector"),

        // Their tree has no list of packages, which makes the original fail.
        new("live-inspector-gpt", GuestImages.Named("gpt"), "virt-inspector", "--no-applications"),
        new("live-inspector-mbr-logical", GuestImages.Named("mbr-logical"), "virt-inspector", "--no-applications"),
        new("live-df-debian", GuestImages.Debian, "virt-df", ["-h"]),
        .. ResizeParityCases.Told,
        new("live-df-debian-uuid", GuestImages.Debian, "virt-df", ["--uuid"]),
    ];

    private static string[] Mounts(params string[] mounts) => [.. mounts.SelectMany(mount => (string[])["-m", mount])];

    private static IEnumerable<string> CatFiles(params string[] guests) => guests.SelectMany(guest => (string[])
        [
            $"/{guest}/etc/hostname", $"/{guest}/files/empty", $"/{guest}/files/no-newline", $"/{guest}/files/binary",
            $"/{guest}/files/Grüße, 日本語", $"/{guest}/files/deep/er/and/deeper/bottom",
        ]);

    private static Fixture Together(string name, string description, params string[] guests) =>
        new(name, description, [.. guests.SelectMany(guest => GuestImages.Named(guest).Sources)]);
}
