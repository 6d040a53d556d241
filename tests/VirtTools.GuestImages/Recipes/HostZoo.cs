using System.Buffers.Binary;
using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures.Recipes;

/// <summary>Guests whose file systems programs of the host can fill: the same bytes each time.</summary>
internal static class HostZoo
{
    private const int MiB = 1 << 20;
    private const string WholeDiskFstab = "/dev/sda / auto defaults 0 1\n";

    public static readonly Recipe Recipe = new(
        "host-zoo",
        "HostZoo.cs",
        [
            .. ExtFileSystem.Programs, Programs.Mkswap, Programs.MkfsVfat, Programs.Mcopy, Programs.QemuImg, Programs.Sfdisk,
            Programs.Sqfstar, Programs.Xorriso,
        ],
        Make) { IsReproducible = true };

    public static readonly IReadOnlyList<Fixture> Fixtures =
    [
        Raw("ext2", "ext2 on the whole disk"),
        Raw("ext3", "ext3 on the whole disk"),
        Raw("ext4", "ext4 on the whole disk, no partition table"),
        Raw("vfat", "FAT32 in an MBR partition"),
        Raw("iso9660", "ISO 9660 with Rock Ridge and Joliet"),
        Raw("squashfs", "squashfs on the whole disk"),
        Raw("squashfs-plain", "squashfs without a table of extended attributes"),
        Raw("hfsplus", "HFS+ on the whole disk"),
        Raw("mbr-logical", "MBR: a primary partition, an empty one, three logical ones (ext4, swap, ext2)"),
        Qcow2("gpt", "GPT: an EFI partition (vfat), a root (ext4), a home (ext4), the numbers not in the order of the disk"),
        Raw("swap", "swap on the whole disk"),
        Raw("blank", "a disk of zeros"),
        Raw("empty", "a file of no bytes"),
        Raw("no-partitions", "an MBR without partitions"),
        Raw("stage", "ext2 with an empty folder for each other guest of the zoo, to mount it there"),
        Raw("dirty-journal", "ext4 whose journal holds a change that was not written yet"),
    ];

    private static Fixture Raw(string name, string description) =>
        new(name, description, new RecipeDisk(Recipe, name + ".img", "raw"));

    private static Fixture Qcow2(string name, string description) =>
        new(name, description, new RecipeDisk(Recipe, name + ".qcow2", "qcow2"));

    private static void Make(string folder)
    {
        using var work = new WorkFolder(folder);
        // fakeroot takes a second and a half to end, asleep.
        Parallel.Invoke(
            () => Stage(folder, work),
            () => WholeDisk(folder, work, "ext2"),
            () => WholeDisk(folder, work, "ext3"),
            () => WholeDisk(folder, work, "ext4"),
            () => Vfat(folder, work),
            () => Iso(folder, work),
            () => HfsPlus(folder, work),
            () => Squashfs(folder, work),
            () => MbrLogical(folder, work),
            () => Gpt(folder, work),
            () => DirtyJournal(folder, work),
            () => Nothing(folder, work));
    }

    private static void Stage(string folder, WorkFolder work)
    {
        var tree = new GuestTree();
        foreach (var name in (string[])
            [
                "btrfs", "btrfs-top", "dirty-journal", "ext2", "ext3", "ext4", "f2fs", "gpt-efi", "gpt-home", "gpt-root",
                "hfsplus", "iso9660", "logical-5", "logical-7", "lvm-home", "lvm-root", "ntfs", "raid1", "squashfs", "udf", "vfat", "xfs",
            ])
            tree.Directory("./" + name);
        Ext("ext2", 1, Uuid("stag"), "stage").Make(Path.Combine(folder, "stage.img"), work.Tar(tree));
    }

    private static void WholeDisk(string folder, WorkFolder work, string type) =>
        Ext(type, 32, Uuid(type), type).Make(Path.Combine(folder, type + ".img"), work.Tar(SampleTree.Make(type, WholeDiskFstab)));

    private static void Vfat(string folder, WorkFolder work)
    {
        var image = VfatImage(work, 40, "5eb1a12d", "FAT", SampleTree.Make("vfat", WholeDiskFstab, Abilities.None));
        new DiskLayout("dos", "0x5eb10001", 42, [new(1, 1, 40, "c", image)]).MakeRaw(Path.Combine(folder, "vfat.img"));
    }

    private static string VfatImage(WorkFolder work, int size, string serial, string label, GuestTree tree)
    {
        var image = work.Blank(size);
        Programs.MkfsVfat.Run("-F", "32", "-s", "1", "-i", serial, "-n", label, "--invariant", image);
        using var unpacked = new UnpackedTree(work.New(), work.Tar(tree));
        var names = Directory.EnumerateFileSystemEntries(unpacked.Path).Order(StringComparer.Ordinal);
        // -Q: stop at the first error; -m: keep the times; no question is ever asked.
        Programs.Mcopy.Run(
            ProgramInput.None with { Environment = new Dictionary<string, string> { ["MTOOLS_SKIP_CHECK"] = "1" } },
            ["-s", "-Q", "-m", "-i", image, .. names, "::/"]);
        return image;
    }

    private static void Iso(string folder, WorkFolder work)
    {
        using var tree = new UnpackedTree(work.New(), work.Tar(SampleTree.Make("iso9660", WholeDiskFstab)));
        MakeIso(tree, Path.Combine(folder, "iso9660.img"), "-R", "-J", "-joliet-long", "-iso-level", "3", "-V", "ZOO");
    }

    /// <summary>
    /// Debian has no mkfs for HFS+, but xorriso writes a complete HFS+ volume into an ISO image. Its header, 1024 bytes
    /// after the start of the volume, tells the length (Apple's Technical Note TN1150, "Volume Header").
    /// </summary>
    private static void HfsPlus(string folder, WorkFolder work)
    {
        using var tree = new UnpackedTree(work.New(), work.Tar(SampleTree.Make("hfsplus", WholeDiskFstab, Abilities.Symlinks)));
        var hybrid = work.New();
        MakeIso(tree, hybrid, "-hfsplus", "-hfsplus-serial-no", "0123456789abcdef", "-R", "-V", "ZOO");

        var bytes = File.ReadAllBytes(hybrid);
        var header = bytes.AsSpan().IndexOf("H+\0\u0004"u8);
        if (header < 1024)
            throw new FixtureException("xorriso wrote no HFS+ volume");
        var blockSize = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(header + 40));
        var blocks = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(header + 44));
        File.WriteAllBytes(Path.Combine(folder, "hfsplus.img"), bytes.AsSpan(header - 1024, blockSize * blocks));
    }

    private static void MakeIso(UnpackedTree tree, string image, params string[] options) =>
        tree.Run(Programs.Xorriso, ["-as", "mkisofs", "-quiet", .. options, "-o", image, tree.Path]);

    private static void Squashfs(string folder, WorkFolder work)
    {
        // Times are 32 bits wide. One attribute gives the image a table of them, without which Linux answers EOPNOTSUPP
        // when asked for any, and the original's virt-ls -l gives up.
        var tree = SampleTree.Make("squashfs", WholeDiskFstab).Where(entry => entry.Attributes.Time is >= 0 and <= uint.MaxValue)
            .FileWithAttribute("./files/with-attribute", "see user.note\n", ("user.note", "seen"));
        MakeSquashfs(Path.Combine(folder, "squashfs.img"), work, tree);
        MakeSquashfs(
            Path.Combine(folder, "squashfs-plain.img"), work,
            new GuestTree().File("./a file", "plain\n").Directory("./folder").File("./folder/another", "plain too\n"));
    }

    private static void MakeSquashfs(string image, WorkFolder work, GuestTree tree)
    {
        var tar = File.ReadAllBytes(work.Tar(tree));
        // The root folder belongs to whoever runs sqfstar: root, as fakeroot has it.
        Programs.Fakeroot.Run(
            new ProgramInput(tar),
            "--", Programs.Sqfstar.Name, "-quiet", "-no-progress", "-root-mode", "0755", "-processors", "1", image);
    }

    private static void MbrLogical(string folder, WorkFolder work)
    {
        var root = work.New();
        Ext("ext4", 24, "6d626c6f-6769-6361-6c00-000000000005", "").Make(root, work.Tar(SampleTree.Make(
            "mbr-logical", "/dev/sda5 / ext4 defaults 0 1\n/dev/sda7 /home ext2 defaults 0 2\n/dev/sda6 none swap sw 0 0\n")));
        var home = work.New();
        Ext("ext2", 8, "6d626c6f-6769-6361-6c00-000000000007", "home").Make(home, work.Tar(new GuestTree().File("./in-home", "home\n")));
        new DiskLayout("dos", "0x5eb10002", 64,
        [
            new(1, 1, 3, "83"),
            new(2, 4, 60, "f"),
            new(5, 5, 24, "83", root),
            new(6, 30, 8, "82", Swap(work, 8, "6d626c6f-6769-6361-6c00-000000000006")),
            new(7, 39, 8, "83", home),
        ]).MakeRaw(Path.Combine(folder, "mbr-logical.img"));
    }

    private static void Gpt(string folder, WorkFolder work)
    {
        var efi = VfatImage(work, 36, "5eb1ef11", "EFI", new GuestTree().Directory("./EFI").File("./EFI/startup.nsh", "exit\r\n"));
        var root = work.New();
        Ext("ext4", 24, "67707400-0000-4000-8000-000000000002", "root").Make(root, work.Tar(SampleTree.Make(
            "gpt",
            "LABEL=root / ext4 defaults 0 1\nUUID=67707400-0000-4000-8000-000000000003 /home ext4 defaults 0 2\n"
                + "PARTLABEL=esp /boot vfat defaults 0 2\n")
            .Directory("./boot")));
        var home = work.New();
        Ext("ext4", 16, "67707400-0000-4000-8000-000000000003", "home").Make(home, work.Tar(new GuestTree().File("./in-home", "home\n")));
        new DiskLayout("gpt", "67707400-0000-4000-8000-0000000000ff", 96,
        [
            Named(1, 1, 36, "C12A7328-F81F-11D2-BA4B-00A0C93EC93B", efi, "esp"),
            Named(2, 64, 24, "0FC63DAF-8483-4772-8E79-3D69D8477DE4", root, "root"),
            Named(3, 40, 16, "0FC63DAF-8483-4772-8E79-3D69D8477DE4", home, "home"),
        ]).MakeQcow2(Path.Combine(folder, "gpt.qcow2"));
    }

    private static Partition Named(int number, int start, int length, string type, string image, string name) =>
        new(number, start, length, type, image) { Options = $", name={name}, uuid=67707400-0000-4000-8000-00000000010{number}" };

    /// <summary>The journal holds the block of /state with other content; e2fsck or a mount replays it.</summary>
    private static void DirtyJournal(string folder, WorkFolder work)
    {
        var image = Path.Combine(folder, "dirty-journal.img");
        var tree = SampleTree.Make("dirty-journal", WholeDiskFstab).File("./state", "before the replay\n".PadRight(1024, '.'));
        Ext("ext4", 32, "64697274-7900-4000-8000-000000000001", "dirty").Make(image, work.Tar(tree));
        var block = Programs.Debugfs.Run("-R", "bmap /state 0", image).Text.Trim();
        var replayed = work.New();
        File.WriteAllText(replayed, "after the replay\n".PadRight(1024, '.'));
        var commands = work.New();
        File.WriteAllText(commands, $"jo\njw -b {block} {replayed}\njc\n");
        Programs.Debugfs.Run(ExtFileSystem.FakeTime, "-w", "-f", commands, image);
        if (!Programs.Dumpe2fs.Run("-h", image).Text.Contains("needs_recovery", StringComparison.Ordinal))
            throw new FixtureException("debugfs left a clean journal");
        SettleCommitTime(image);
    }

    /// <summary>The commit block bears a time: 8 bytes of seconds at 48, 4 of nanoseconds (jbd2.h, commit_header).</summary>
    private static void SettleCommitTime(string image)
    {
        var bytes = File.ReadAllBytes(image);
        var commit = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xc0, 0x3b, 0x39, 0x98, 0, 0, 0, 2]);
        using var file = File.OpenWrite(image);
        file.Position = commit + 48;
        Span<byte> time = stackalloc byte[12];
        BinaryPrimitives.WriteInt64BigEndian(time, HostProgram.Epoch);
        file.Write(time);
    }

    private static void Nothing(string folder, WorkFolder work)
    {
        new DiskLayout("dos", "0x5eb10003", 4, []).MakeRaw(Path.Combine(folder, "no-partitions.img"));
        SparseFile.Create(Path.Combine(folder, "blank.img"), 4 * MiB);
        File.Create(Path.Combine(folder, "empty.img")).Dispose();
        File.Move(Swap(work, 8, "73776170-0000-4000-8000-000000000001"), Path.Combine(folder, "swap.img"));
    }

    private static string Swap(WorkFolder work, int size, string uuid)
    {
        var image = work.Blank(size);
        Programs.Mkswap.Run("-q", "-U", uuid, "-L", "swap", image);
        return image;
    }

    private static ExtFileSystem Ext(string type, long size, string uuid, string label) => new(type, size * MiB, uuid, label);

    private static string Uuid(string type) =>
        $"{Convert.ToHexStringLower(System.Text.Encoding.ASCII.GetBytes(type))}-0000-4000-8000-000000000000";
}
