using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures.Recipes;

/// <summary>
/// Guests whose file systems only a kernel can fill, made by one run of the original's guestfish. Kernels write times and
/// generations of their own, so the bytes differ each time.
/// </summary>
internal static class ApplianceZoo
{
    public static readonly Recipe Recipe = new(
        "appliance-zoo", "ApplianceZoo.cs", [Programs.Guestfish, Programs.QemuImg, Programs.Mkudffs], Make);

    public static readonly IReadOnlyList<Fixture> Fixtures =
    [
        Raw("xfs", "xfs in a GPT partition"),
        Raw("btrfs", "btrfs with subvolumes in an MBR partition: root in @, home in @home, one nested, one snapshot"),
        Raw("ntfs", "NTFS in an MBR partition"),
        Raw("f2fs", "F2FS on the whole disk"),
        Raw("udf", "UDF on the whole disk"),
        new("lvm", "a volume group over a partition of the first disk and the whole second one",
            new RecipeDisk(Recipe, "lvm-1.img", "raw"), new RecipeDisk(Recipe, "lvm-2.img", "raw")),
        new("raid1", "md RAID 1 of a partition on each of two disks",
            new RecipeDisk(Recipe, "raid1-1.img", "raw"), new RecipeDisk(Recipe, "raid1-2.img", "raw")),
    ];

    private static Fixture Raw(string name, string description) => new(name, description, new RecipeDisk(Recipe, name + ".img", "raw"));

    private static void Make(string folder)
    {
        using var work = new WorkFolder(folder);
        var zoo = new Zoo(folder, work, new Guestfish());
        Xfs(zoo);
        Btrfs(zoo);
        Ntfs(zoo);
        F2fs(zoo);
        Udf(zoo);
        Lvm(zoo);
        Raid(zoo);
        zoo.Guestfish.Run();
    }

    private sealed record Zoo(string Folder, WorkFolder Work, Guestfish Guestfish)
    {
        public string Drive(string name, int size) => Guestfish.Drive(Path.Combine(Folder, name + ".img"), size);

        public string Tree(string name, string fstab, Abilities abilities = Abilities.All) =>
            Work.Tar(SampleTree.Make(name, fstab, abilities));
    }

    private static void Xfs(Zoo zoo)
    {
        var disk = zoo.Drive("xfs", 320);
        zoo.Guestfish.Do($"""
            part-disk {disk} gpt
            mkfs xfs {disk}1 label:xfs-root
            mount {disk}1 /
            tar-in {zoo.Tree("xfs", "LABEL=xfs-root / xfs defaults 0 1\n")} /
            umount-all
            """);
    }

    private static void Btrfs(Zoo zoo)
    {
        var disk = zoo.Drive("btrfs", 256);
        zoo.Guestfish.Do($"""
            part-disk {disk} mbr
            mkfs btrfs {disk}1 label:btrfs
            mount {disk}1 /
            btrfs-subvolume-create /@
            btrfs-subvolume-create /@home
            write /in-top-level "top level\n"
            umount-all
            mount btrfsvol:{disk}1/@ /
            tar-in {zoo.Tree("btrfs", "LABEL=btrfs / btrfs subvol=@ 0 0\nLABEL=btrfs /home btrfs subvol=@home 0 0\n")} /
            btrfs-subvolume-create /var/nested
            write /var/nested/in-nested "nested\n"
            umount-all
            mount btrfsvol:{disk}1/@home /
            write /in-home "home\n"
            umount-all
            mount {disk}1 /
            btrfs-subvolume-snapshot /@ /snapshot ro:true
            umount-all
            """);
    }

    private static void Ntfs(Zoo zoo)
    {
        var disk = zoo.Drive("ntfs", 48);
        zoo.Guestfish.Do($"""
            part-disk {disk} mbr
            part-set-mbr-id {disk} 1 7
            mkfs ntfs {disk}1 label:NTFS
            mount {disk}1 /
            tar-in {zoo.Tree("ntfs", "/dev/sda1 / ntfs defaults 0 1\n", Abilities.Symlinks)} /
            umount-all
            """);
    }

    private static void F2fs(Zoo zoo)
    {
        var disk = zoo.Drive("f2fs", 96);
        zoo.Guestfish.Do($"""
            mkfs f2fs {disk} label:f2fs
            mount {disk} /
            tar-in {zoo.Tree("f2fs", "/dev/sda / f2fs defaults 0 1\n")} /
            umount-all
            """);
    }

    /// <summary>The appliance can write UDF but not make it.</summary>
    private static void Udf(Zoo zoo)
    {
        var file = Path.Combine(zoo.Folder, "udf.img");
        SparseFile.Create(file, 16 << 20);
        Programs.Mkudffs.Run("--utf8", "--label=UDF", "--uuid=5eb10000000000df", "--blocksize=512", "--media-type=hd", file);
        var disk = zoo.Drive("udf", 16);
        zoo.Guestfish.Do($"""
            mount {disk} /
            tar-in {zoo.Tree("udf", "/dev/sda / udf defaults 0 1\n", Abilities.Symlinks)} /
            umount-all
            """);
    }

    private static void Lvm(Zoo zoo)
    {
        var first = zoo.Drive("lvm-1", 48);
        var second = zoo.Drive("lvm-2", 48);
        const string fstab =
            "/dev/guest/root / ext4 defaults 0 1\n/dev/mapper/guest-home /home ext2 defaults 0 2\n/dev/guest/swap none swap sw 0 0\n";
        zoo.Guestfish.Do($"""
            part-disk {first} mbr
            part-set-mbr-id {first} 1 0x8e
            pvcreate {first}1
            pvcreate {second}
            vgcreate guest "{first}1 {second}"
            lvcreate root guest 60
            lvcreate home guest 12
            lvcreate swap guest 8
            mkfs ext4 /dev/guest/root
            mkfs ext2 /dev/guest/home
            mkswap /dev/guest/swap
            mount /dev/guest/root /
            tar-in {zoo.Tree("lvm", fstab)} /
            umount-all
            mount /dev/guest/home /
            write /in-home "home\n"
            umount-all
            vg-activate-all false
            """);
    }

    private static void Raid(Zoo zoo)
    {
        var first = zoo.Drive("raid1-1", 40);
        var second = zoo.Drive("raid1-2", 40);
        zoo.Guestfish.Do($"""
            part-disk {first} mbr
            part-disk {second} mbr
            part-set-mbr-id {first} 1 0xfd
            part-set-mbr-id {second} 1 0xfd
            md-create mirror "{first}1 {second}1" level:raid1
            mkfs ext4 /dev/md/mirror
            mount /dev/md/mirror /
            tar-in {zoo.Tree("raid1", "/dev/md0 / ext4 defaults 0 1\n")} /
            umount-all
            md-stop /dev/md/mirror
            """);
    }
}
