using System.Buffers.Binary;
using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures.Recipes;

/// <summary>
/// Guests that boot: GRUB, the kernel of the host's package linux-image-amd64, and an initramfs whose only program finds the root file system by its
/// UUID, says on the serial console what is in it, and turns the machine off. Made without root, so GRUB is put in place by hand: where
/// boot.img holds the place of core.img, and the first sector of core.img the place of its rest, is in GRUB's manual ("BIOS installation").
/// </summary>
internal static class BootDisks
{
    /// <summary>How the line begins that the guest writes when it is up; behind it stand the checksum of its files and their number.</summary>
    public const string UpMark = "GUEST-UP";

    private const string Grub = "/usr/lib/grub";
    private const string RootUuid = "5eb1a12d-0006-4000-8000-0000000000b0";
    private const int SectorSize = 512;
    private const int MiB = 1 << 20;
    private const int RootSize = 60; // MiB
    private const int CodeLength = 440; // of boot.img; the table's identifier follows

    private static readonly HostProgram GrubMkimage = new("grub-mkimage", "grub-common");
    private static readonly HostProgram Mmd = new("mmd", "mtools");
    private static readonly HostProgram Busybox = new("busybox", "busybox-static");

    // Only their versions matter here: files of these packages go onto the disks.
    private static readonly HostProgram BiosGrub = new("grub-pc-bin", "grub-pc-bin");
    private static readonly HostProgram EfiGrub = new("grub-efi-amd64-bin", "grub-efi-amd64-bin");
    private static readonly HostProgram Kernel = new("linux-image-amd64", "linux-image-amd64");

    private static readonly string[] GrubModules =
        ["part_msdos", "part_gpt", "ext2", "search", "search_fs_uuid", "configfile", "linux", "normal", "boot", "serial"];

    // In the order in which they can be loaded.
    private static readonly string[] KernelModules =
    [
        "drivers/virtio/virtio_ring", "drivers/virtio/virtio", "drivers/virtio/virtio_pci_modern_dev", "drivers/virtio/virtio_pci_legacy_dev",
        "drivers/virtio/virtio_pci", "drivers/block/virtio_blk", "crypto/crc32c_generic", "fs/jbd2/jbd2", "fs/mbcache", "lib/crc16", "fs/ext4/ext4",
    ];

    private static readonly Recipe Recipe = new(
        "boot-disks", "BootDisks.cs",
        [
            .. ExtFileSystem.Programs, Programs.Sfdisk, Programs.MkfsVfat, Programs.Mcopy, GrubMkimage, Busybox, BiosGrub, EfiGrub, Kernel,
        ],
        Make)
    {
        OtherSources = ["ResizeDisks.cs", "InitialRamDisk.cs"],
    };

    public static readonly IReadOnlyList<Fixture> Fixtures =
    [
        Raw("boot-mbr", "boots by BIOS: MBR, GRUB in the gap behind it"),
        Raw("boot-gpt", "boots by BIOS: GPT, GRUB in a BIOS boot partition"),
        Raw("boot-efi", "boots by UEFI: GPT, GRUB in an EFI system partition"),
    ];

    private static Fixture Raw(string name, string description) => new(name, description, new RecipeDisk(Recipe, name + ".img", "raw"));

    private static void Make(string folder)
    {
        using var work = new WorkFolder(folder);
        var root = Root(work);
        string Disk(string name) => Path.Combine(folder, $"boot-{name}.img");

        ResizeDisks.Mbr(RootSize + 2, new Partition(1, 1, RootSize, "83", root) { Options = ", bootable" }).MakeRaw(Disk("mbr"));
        InstallGrub(Disk("mbr"), BiosCore(work), coreSector: 1);

        ResizeDisks.Gpt(RootSize + 3, new(1, 1, 1, "21686148-6449-6E6F-744E-656564454649"), new(2, 2, RootSize, "linux", root)).MakeRaw(Disk("gpt"));
        InstallGrub(Disk("gpt"), BiosCore(work), coreSector: MiB / SectorSize);

        ResizeDisks.Gpt(RootSize + 6, new(1, 1, 4, "uefi", EfiPartition(work)), new(2, 5, RootSize, "linux", root)).MakeRaw(Disk("efi"));
    }

    private static string Root(WorkFolder work)
    {
        var payload = new byte[3 * MiB];
        new Random(6).NextBytes(payload);
        var release = NewestKernel();
        var tree = new GuestTree()
            .Directory("./boot")
            .File("./boot/vmlinuz", Read($"/boot/vmlinuz-{release}"))
            .File("./boot/initrd", InitialRamDisk.Make(
                Read(Busybox.Path ?? throw Missing("busybox", "busybox-static")),
                [.. KernelModules.Select(module => Read($"/lib/modules/{release}/kernel/{module}.ko"))],
                Init()))
            .File("./boot/grub.cfg", "linux /boot/vmlinuz console=ttyS0 quiet panic=-1\ninitrd /boot/initrd\nboot\n")
            .Directory("./data")
            .File("./data/large", payload)
            .File("./data/small", "small\n");
        var image = work.New();
        new ExtFileSystem("ext4", (long)RootSize * MiB, RootUuid, "boots").Make(image, work.Tar(tree));
        return image;
    }

    private static string Init() => $"""
        #!/bin/busybox sh
        b=/bin/busybox
        $b mount -t devtmpfs dev /dev
        $b mount -t proc proc /proc
        for module in /modules/*; do $b insmod $module; done
        for try in 1 2 3 4 5 6 7 8 9 10; do root=$($b findfs UUID={RootUuid}) && break; $b sleep 1; done
        $b mount -t ext4 -o ro $root /root
        sum=$($b find /root/data -type f | $b sort | $b xargs $b sha256sum | $b sha256sum)
        echo "{UpMark} $sum $($b find /root/data -type f | $b wc -l)"
        $b umount /root
        $b poweroff -f

        """;

    // Of those installed, the one whose modules lie here too.
    private static string NewestKernel() =>
        Directory.GetFiles("/boot", "vmlinuz-*").Select(file => Path.GetFileName(file)["vmlinuz-".Length..])
            .Where(release => Directory.Exists($"/lib/modules/{release}/kernel")).Order(StringComparer.Ordinal).LastOrDefault()
        ?? throw Missing("/boot/vmlinuz-*", "linux-image-amd64");

    private static byte[] BiosCore(WorkFolder work) => File.ReadAllBytes(Core(work, "i386-pc", [.. GrubModules, "biosdisk"]));

    private static string Core(WorkFolder work, string platform, IReadOnlyList<string> modules)
    {
        var (settings, core) = (work.New(), work.New());
        File.WriteAllText(settings, $"search --no-floppy --fs-uuid --set=root {RootUuid}\nconfigfile /boot/grub.cfg\n");
        GrubMkimage.Run(["-O", platform, "-o", core, "-c", settings, "-p", "/boot/grub", .. modules]);
        return core;
    }

    private static void InstallGrub(string disk, byte[] core, long coreSector)
    {
        const int PlaceOfCore = 0x5C;
        const int DriveCheck = 0x66;
        const int PlaceOfRest = 0x1F4;
        var boot = Read($"{Grub}/i386-pc/boot.img").AsSpan(0, CodeLength);
        BinaryPrimitives.WriteInt64LittleEndian(boot[PlaceOfCore..], coreSector);

        // Two instructions that do nothing: the BIOS's word on which drive it boots is believed for hard disks.
        boot.Slice(DriveCheck, 2).Fill(0x90);
        BinaryPrimitives.WriteInt64LittleEndian(core.AsSpan(PlaceOfRest), coreSector + 1);
        using var file = File.Open(disk, FileMode.Open);
        file.Write(boot);
        file.Position = coreSector * SectorSize;
        file.Write(core);
    }

    private static string EfiPartition(WorkFolder work)
    {
        var image = work.Blank(4);
        Programs.MkfsVfat.Run("-F", "12", "-i", "5eb1a106", image);
        Mmd.Run("-i", image, "::EFI", "::EFI/BOOT");
        Programs.Mcopy.Run("-i", image, Core(work, "x86_64-efi", [.. GrubModules, "fat"]), "::EFI/BOOT/BOOTX64.EFI");
        return image;
    }

    private static byte[] Read(string path) => File.Exists(path) ? File.ReadAllBytes(path) : throw Missing(path, "what tests/packages.txt lists");

    private static FixtureException Missing(string what, string package) => new($"{what} is missing; run: apt-get install {package}");
}
