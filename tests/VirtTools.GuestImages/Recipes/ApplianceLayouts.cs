using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;
using static VirtTools.Fixtures.Recipes.LayoutTrees;

namespace VirtTools.Fixtures.Recipes;

/// <summary>Guests laid out as different operating systems are, on volumes and file systems that only a kernel can fill.</summary>
internal static class ApplianceLayouts
{
    private static readonly Recipe Recipe = new(
        "appliance-layouts", "ApplianceLayouts.cs", [Programs.Guestfish, PackageLists.Rpmdb, PackageLists.DbLoad], Make)
    {
        OtherSources = ["LayoutTrees.cs", "PackageLists.cs"],
    };

    public static readonly IReadOnlyList<Fixture> Fixtures =
    [
        Raw("layout-fedora", "Fedora: btrfs with the subvolumes root and home, /boot on ext4"),
        Raw("layout-rhel", "Red Hat Enterprise Linux: xfs on LVM"),
        Raw("layout-opensuse", "openSUSE: btrfs whose default subvolume is a snapshot, and older snapshots"),
        new("layout-array", "Debian on md RAID 1, found by its name",
            new RecipeDisk(Recipe, "layout-array-1.img", "raw"), new RecipeDisk(Recipe, "layout-array-2.img", "raw")),
    ];

    private static Fixture Raw(string name, string description) => new(name, description, new RecipeDisk(Recipe, name + ".img", "raw"));

    private static void Make(string folder)
    {
        using var work = new WorkFolder(folder);
        var guestfish = new Guestfish();
        string Drive(string name, int size) => guestfish.Drive(Path.Combine(folder, name + ".img"), size);
        Fedora(guestfish, work, Drive("layout-fedora", 224));
        Rhel(guestfish, work, Drive("layout-rhel", 400));
        OpenSuse(guestfish, work, Drive("layout-opensuse", 192));
        Array(guestfish, work, Drive("layout-array-1", 48), Drive("layout-array-2", 48));
        guestfish.Run();
    }

    private static void Fedora(Guestfish guestfish, WorkFolder work, string disk)
    {
        const string Fstab = "LABEL=layout-fedora / btrfs subvol=root,compress=zstd:1 0 0\nLABEL=fedora-boot /boot ext4 defaults 1 2\n"
            + "LABEL=layout-fedora /home btrfs subvol=home,compress=zstd:1 0 0\n";
        var tree = Merged(OsRelease("fedora", "39", "Fedora Linux", "VARIANT_ID=server\n"), Fstab, "fedora.example.com").File("./usr/bin/dnf", "")
            .Rpm("./usr/lib/sysimage/rpm", "rpmdb.sqlite", PackageLists.RpmSqlite(work));
        guestfish.Do($"""
            part-init {disk} gpt
            part-add {disk} primary 2048 67583
            part-add {disk} primary 67584 -2048
            mkfs ext4 {disk}1 label:fedora-boot
            mkfs btrfs {disk}2 label:layout-fedora
            mount {disk}2 /
            btrfs-subvolume-create /root
            btrfs-subvolume-create /home
            umount-all
            mount btrfsvol:{disk}2/root /
            tar-in {work.Tar(tree)} /
            umount-all
            """);
    }

    private static void Rhel(Guestfish guestfish, WorkFolder work, string disk)
    {
        const string Fstab = "/dev/mapper/rhel-root / xfs defaults 0 0\n/dev/mapper/rhel-swap none swap defaults 0 0\n";
        var tree = Merged(OsRelease("\"rhel\"", "8.9", "Red Hat Enterprise Linux"), Fstab, "rhel.example.com")
            .File("./etc/redhat-release", "Red Hat Enterprise Linux release 8.9 (Ootpa)\n")
            .Rpm("./var/lib/rpm", "Packages", PackageLists.RpmBerkeley(work));
        guestfish.Do($"""
            part-disk {disk} mbr
            part-set-mbr-id {disk} 1 0x8e
            pvcreate {disk}1
            vgcreate rhel {disk}1
            lvcreate root rhel 330
            lvcreate swap rhel 16
            mkfs xfs /dev/rhel/root
            mkswap /dev/rhel/swap
            mount /dev/rhel/root /
            tar-in {work.Tar(tree)} /
            umount-all
            vg-activate-all false
            """);
    }

    /// <summary>After a rollback the default subvolume is itself a snapshot of another one.</summary>
    private static void OpenSuse(Guestfish guestfish, WorkFolder work, string disk)
    {
        const string Fstab = "LABEL=layout-suse / btrfs defaults 0 0\nLABEL=layout-suse /home btrfs subvol=/@/home 0 0\nLABEL=layout-suse /srv btrfs subvolid=258 0 0\n";
        var tree = Merged(OsRelease("\"opensuse-leap\"", "15.5", "openSUSE Leap", "ID_LIKE=\"suse opensuse\"\n"), Fstab, "leap.example.com")
            .Rpm("./usr/lib/sysimage/rpm", "Packages.db", PackageLists.RpmNdb());
        guestfish.Do($"""
            part-disk {disk} gpt
            mkfs btrfs {disk}1 label:layout-suse
            mount {disk}1 /
            btrfs-subvolume-create /@
            btrfs-subvolume-create /@/home
            btrfs-subvolume-create /@/srv
            mkdir-p /@/.snapshots/1
            mkdir-p /@/.snapshots/2
            mkdir-p /@/.snapshots/3
            btrfs-subvolume-create /@/.snapshots/1/snapshot
            umount-all
            mount btrfsvol:{disk}1/@/.snapshots/1/snapshot /
            tar-in {work.Tar(tree)} /
            umount-all
            mount {disk}1 /
            btrfs-subvolume-snapshot /@/.snapshots/1/snapshot /@/.snapshots/2/snapshot ro:true
            btrfs-subvolume-snapshot /@/.snapshots/2/snapshot /@/.snapshots/3/snapshot
            btrfs-subvolume-set-default 261 /
            umount-all
            """);
    }

    private static void Array(Guestfish guestfish, WorkFolder work, string first, string second)
    {
        var tree = Merged(OsRelease("debian", "12", "Debian GNU/Linux"), "/dev/md/system / ext4 defaults 0 1\n", "mirror")
            .File("./etc/debian_version", "12.4\n")
            .Directory("./etc/mdadm")
            .Directory("./var/lib/dpkg").File("./var/lib/dpkg/status", PackageLists.Dpkg());
        guestfish.Do($"""
            part-disk {first} mbr
            part-disk {second} mbr
            part-set-mbr-id {first} 1 0xfd
            part-set-mbr-id {second} 1 0xfd
            md-create system "{first}1 {second}1" level:raid1
            mkfs ext4 /dev/md/system
            mount /dev/md/system /
            tar-in {work.Tar(tree)} /
            umount-all
            md-stop /dev/md/system
            """);
    }
}
