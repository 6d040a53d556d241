using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;
using static VirtTools.Fixtures.Recipes.LayoutTrees;

namespace VirtTools.Fixtures.Recipes;

/// <summary>Guests laid out as different operating systems are, whose file systems programs of the host can fill.</summary>
internal static class HostLayouts
{
    private const int MiB = 1 << 20;
    private const string Linux = "0FC63DAF-8483-4772-8E79-3D69D8477DE4";

    public static readonly Recipe Recipe = new(
        "host-layouts",
        "HostLayouts.cs",
        [.. ExtFileSystem.Programs, Programs.Sfdisk, Programs.MkfsVfat, Programs.Mcopy, Programs.Mkswap, PackageLists.Rpmdb, PackageLists.DbLoad, PackageLists.Sqlite],
        Make)
    {
        OtherSources = ["LayoutTrees.cs", "PackageLists.cs"],
    };

    public static readonly IReadOnlyList<Fixture> Fixtures =
    [
        Raw("layout-alma", "AlmaLinux: /boot apart, RPM's database in SQLite"),
        Raw("layout-centos7", "CentOS 7: RPM's database in Berkeley DB"),
        Raw("layout-ubuntu", "Ubuntu"),
        Raw("layout-arch", "Arch Linux, by label"),
        Raw("layout-alpine", "Alpine Linux"),
        Raw("layout-void", "Void Linux"),
        Raw("layout-gentoo", "Gentoo"),
        Raw("layout-flatcar", "Flatcar: USR-A, USR-B and ROOT"),
        Raw("layout-nixos", "NixOS: everything in /etc leads to the store"),
        Raw("layout-freebsd", "FreeBSD, on ext2 because nothing here makes UFS"),
        Raw("layout-openbsd", "OpenBSD, on ext2 as well"),
        Raw("layout-freedos", "FreeDOS"),
        Raw("layout-multiboot", "two systems on one disk"),
        Raw("layout-usr", "a Fedora whose /usr is a file system of its own"),
        Raw("layout-hostile", "a guest that means harm"),
        Raw("layout-nothing", "LUKS 1, LUKS 2, swap, nothing, an ext of the future, an empty ext2"),
    ];

    private static Fixture Raw(string name, string description) => new(name, description, new RecipeDisk(Recipe, name + ".img", "raw"));

    private static void Make(string folder)
    {
        using var work = new WorkFolder(folder);
        Parallel.Invoke(
            () => Linuxes(folder, work),
            () => MoreLinuxes(folder, work),
            () => Others(folder, work));
    }

    private static void Linuxes(string folder, WorkFolder work)
    {
        Disk(folder, "layout-alma",
            Ext(work, 1, "ext4", 8, new GuestTree().Directory("./grub2").File("./grub2/grub.cfg", "\n")),
            Ext(work, 2, "ext4", 24, Merged(
                OsRelease("\"almalinux\"", "9.3", "AlmaLinux", "ID_LIKE=\"rhel centos fedora\"\n"), $"UUID={Uuid(2)} / ext4 defaults 0 0\nUUID={Uuid(1)} /boot ext4 defaults 0 0\n", "alma.example.com")
                .File("./etc/redhat-release", "AlmaLinux release 9.3 (Shamrock Pampas Cat)\n")
                .Rpm("./var/lib/rpm", "rpmdb.sqlite", PackageLists.RpmSqlite(work))));
        Disk(folder, "layout-centos7", Ext(work, 3, "ext4", 16, Merged(
            OsRelease("\"centos\"", "7", "CentOS Linux"), $"UUID={Uuid(3)} / ext4 defaults 0 0\n", "centos7.example.com")
            .File("./etc/centos-release", "CentOS Linux release 7.9.2009 (Core)\n")
            .Rpm("./var/lib/rpm", "Packages", PackageLists.RpmBerkeley(work))));
        Disk(folder, "layout-ubuntu", Ext(work, 4, "ext4", 16, Merged(
            OsRelease("ubuntu", "22.04", "Ubuntu", "ID_LIKE=debian\n"), $"/dev/disk/by-uuid/{Uuid(4)} / ext4 defaults 0 1\n/swap.img none swap sw 0 0\n", "jammy")
            .File("./etc/lsb-release", "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\nDISTRIB_CODENAME=jammy\nDISTRIB_DESCRIPTION=\"Ubuntu 22.04.3 LTS\"\n")
            .File("./etc/debian_version", "bookworm/sid\n")
            .Directory("./var/lib/dpkg").File("./var/lib/dpkg/status", PackageLists.Dpkg())));
        Disk(folder, "layout-arch", Ext(work, 5, "ext4", 16, PackageLists.Pacman(Merged(
            "NAME=\"Arch Linux\"\nPRETTY_NAME=\"Arch Linux\"\nID=arch\nBUILD_ID=rolling\n", "LABEL=layout-5 / ext4 rw,relatime 0 1\n", "archbox"))));
        Disk(folder, "layout-alpine", Ext(work, 6, "ext4", 16, Plain($"UUID={Uuid(6)}\t/\text4\trw,relatime 0 1\n/dev/cdrom\t/media/cdrom\tiso9660\tnoauto,ro 0 0\n", "alpine")
            .File("./etc/os-release", OsRelease("alpine", "3.18.4", "Alpine Linux")).File("./etc/alpine-release", "3.18.4\n")
            .Directory("./lib/apk").Directory("./lib/apk/db").File("./lib/apk/db/installed", PackageLists.Apk())));
    }

    private static void MoreLinuxes(string folder, WorkFolder work)
    {
        Disk(folder, "layout-void", Ext(work, 7, "ext4", 16, Merged("NAME=\"Void\"\nID=\"void\"\nPRETTY_NAME=\"Void Linux\"\n", $"UUID=\"{Uuid(7)}\" / ext4 defaults 0 1\n", "voidbox")
            .Directory("./var/db").Directory("./var/db/xbps").File("./var/db/xbps/pkgdb-0.38.plist", PackageLists.Xbps())));
        Disk(folder, "layout-gentoo", Ext(work, 8, "ext4", 16, PackageLists.Portage(Plain($"UUID={Uuid(8)} / ext4 noatime 0 1\n", null)
            .File("./etc/gentoo-release", "Gentoo Base System release 2.14\n").File("./etc/os-release", OsRelease("gentoo", "2.14", "Gentoo"))
            .Directory("./etc/conf.d").File("./etc/conf.d/hostname", "hostname=\"larry\"\n"))));
        Disk(folder, "layout-flatcar",
            Ext(work, 9, "ext2", 8, FlatcarUsr("3510.2.8"), "USR-A"),
            Ext(work, 10, "ext2", 8, FlatcarUsr("3374.2.5"), "USR-B"),
            Ext(work, 11, "ext4", 8, FlatcarRoot(), "ROOT"));
        Disk(folder, "layout-nixos", Ext(work, 12, "ext4", 16, Nixos(), "nixos"));
        Disk(folder, "layout-multiboot",
            Ext(work, 13, "ext4", 16, Merged(OsRelease("debian", "12", "Debian GNU/Linux"), $"UUID={Uuid(13)} / ext4 defaults 0 1\n", "first").File("./etc/debian_version", "12.4\n")),
            Ext(work, 14, "ext4", 16, Merged(OsRelease("photon", "5.0", "VMware Photon OS/Linux"), $"PARTUUID={PartitionUuid(14)} / ext4 defaults 0 1\nPARTLABEL=part-13 /other ext4 ro 0 0\n", "second")));
        Disk(folder, "layout-usr",
            Ext(work, 15, "ext4", 8, new GuestTree().Directory("./etc").Directory("./usr").Symlink("./bin", "usr/bin").Symlink("./etc/os-release", "../usr/lib/os-release")
                .File("./etc/fstab", $"UUID={Uuid(15)} / ext4 defaults 0 1\nUUID={Uuid(16)} /usr ext4 ro 0 2\n").File("./etc/hostname", "split\n")),
            Ext(work, 16, "ext4", 8, Usr(OsRelease("fedora", "39", "Fedora Linux")).File("./bin/dnf", "")));
    }

    private static void Others(string folder, WorkFolder work)
    {
        Disk(folder, "layout-freebsd", Ext(work, 17, "ext2", 16, Plain("/dev/gpt/part-17 / ufs rw 1 1\n", null)
            .File("./etc/freebsd-update.conf", "\n").File("./etc/motd", "FreeBSD 13.2-RELEASE releng/13.2 GENERIC\n\nWelcome to FreeBSD!\n")
            .File("./etc/rc.conf", "hostname=\"beastie.example.com\"\n")
            .Directory("./var/db/pkg").File("./var/db/pkg/local.sqlite", PackageLists.FreeBsd(work))));
        Disk(folder, "layout-openbsd", Ext(work, 18, "ext2", 8, Plain("52fdd1ce48744600.a / ffs rw 1 1\n", null)
            .File("./bsd", "kernel").File("./etc/motd", "OpenBSD 7.3 (GENERIC.MP) #1125: Sat Mar 25 10:36:29 MDT 2023\n").File("./etc/myname", "puffy.example.com\n")));
        FreeDos(folder, work);
        Disk(folder, "layout-hostile", Ext(work, 0x20, "ext4", 24, Hostile()));
        Nothing(folder, work);
    }

    private static void FreeDos(string folder, WorkFolder work)
    {
        var image = work.Blank(8);
        Programs.MkfsVfat.Run("-F", "16", "-s", "1", "-i", "5eb1d050", "-n", "FREEDOS", "--invariant", image);
        using var unpacked = new UnpackedTree(work.New(), work.Tar(new GuestTree()
            .Directory("./FDOS").File("./FDOS/FREEDOS.BSS", "x").File("./KERNEL.SYS", "kernel").File("./AUTOEXEC.BAT", "ECHO OFF\r\n")));
        Programs.Mcopy.Run(
            ProgramInput.None with { Environment = new Dictionary<string, string> { ["MTOOLS_SKIP_CHECK"] = "1" } },
            ["-s", "-Q", "-m", "-i", image, .. Directory.EnumerateFileSystemEntries(unpacked.Path).Order(StringComparer.Ordinal), "::/"]);
        new DiskLayout("dos", "0x5eb1d050", 10, [new(1, 1, 8, "6", image)]).MakeRaw(Path.Combine(folder, "layout-freedos.img"));
    }

    private static void Nothing(string folder, WorkFolder work)
    {
        var swap = work.Blank(4);
        Programs.Mkswap.Run("-q", "-U", Uuid(0x33), swap);
        var future = Ext(work, 0x35, "ext2", 8, new GuestTree().Directory("./etc")).Image;
        using (var file = File.OpenWrite(future))
        {
            // An incompatible feature that nobody has used yet (Documentation/filesystems/ext4/super.rst, s_feature_incompat).
            file.Position = 1024 + 0x60 + 3;
            file.WriteByte(0x40);
        }

        Disk(folder, "layout-nothing",
            new Content(0x31, 4, Luks(work, 1)), new Content(0x32, 4, Luks(work, 2)), new Content(0x33, 4, swap), new Content(0x34, 4, work.Blank(4)),
            new Content(0x35, 8, future), Ext(work, 0x36, "ext2", 4, new GuestTree().File("./readme", "nothing\n")));
    }

    // The start of a header is all by which it is told: magic, version, and the UUID at 168.
    private static string Luks(WorkFolder work, byte version)
    {
        var image = work.Blank(4);
        using var file = File.OpenWrite(image);
        file.Write([.. "LUKS"u8, 0xba, 0xbe, 0, version]);
        file.Position = 168;
        file.Write(System.Text.Encoding.ASCII.GetBytes(Uuid(0x30 + version)));
        return image;
    }

    private static Content Ext(WorkFolder work, int number, string type, int size, GuestTree tree, string? label = null)
    {
        var image = work.New();
        new ExtFileSystem(type, (long)size * MiB, Uuid(number), label ?? $"layout-{number}").Make(image, work.Tar(tree));
        return new(number, size, image) { Label = label };
    }

    private static void Disk(string folder, string name, params IReadOnlyList<Content> contents)
    {
        var start = 1;
        var partitions = new List<Partition>();
        foreach (var content in contents)
        {
            partitions.Add(new(partitions.Count + 1, start, content.Size, Linux, content.Image)
            {
                Options = $", name={content.Label ?? $"part-{content.Number}"}, uuid={PartitionUuid(content.Number)}",
            });
            start += content.Size;
        }

        new DiskLayout("gpt", $"6c61796f-0000-4000-9000-{contents[0].Number:x12}", start + 1, partitions).MakeRaw(Path.Combine(folder, name + ".img"));
    }

    private static string Uuid(int number) => $"6c61796f-0000-4000-8000-{number:x12}";

    private static string PartitionUuid(int number) => $"6c61796f-0000-4000-a000-{number:x12}";

    /// <summary>What a partition of a layout holds.</summary>
    private sealed record Content(int Number, int Size, string Image)
    {
        public string? Label { get; init; }
    }
}
