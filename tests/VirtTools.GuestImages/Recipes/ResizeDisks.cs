using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures.Recipes;

/// <summary>
/// Disks for virt-resize whose file systems programs of the host can fill. The partition that tests grow or shrink is the last one; a small one
/// before it must come out as it was. Everything that a table can say of a partition is set to something else than its default.
/// </summary>
internal static class ResizeDisks
{
    private const int MiB = 1 << 20;
    private const int LargeSector = 4096;
    private const string DiskId = "5eb1a12d-0006-4000-8000-000000000001";
    private const string GuidOptions = ", uuid=5eb1a12d-0006-4000-8000-00000000000{0}, name=\"part {0} \u00e9\", attrs=\"RequiredPartition,GUID:6{0}\"";

    private static readonly HostProgram Sgdisk = new("sgdisk", "gdisk");

    private static readonly Recipe Recipe = new(
        "resize-disks", "ResizeDisks.cs", [.. ExtFileSystem.Programs, Programs.Mkswap, Programs.Sfdisk, Sgdisk], Make)
    {
        OtherSources = ["GuidTable.cs"],
    };

    public static readonly IReadOnlyList<Fixture> Fixtures =
    [
        Raw("resize-ext4-mbr", "MBR: ext2, ext4"),
        Raw("resize-ext4-gpt", "GPT with names, attributes and identifiers: ext2, ext4"),
        Raw("resize-swap-mbr", "MBR: ext4, swap"),
        Raw("resize-swap-gpt", "GPT: ext4, swap"),
        Raw("resize-logical", "MBR: ext2, and an extended partition with ext2 and ext4 in it"),
        Raw("resize-middle", "MBR: ext4 with swap behind it"),
        Raw("resize-hybrid", "GPT whose second partition is also in the MBR"),
        Raw("resize-4k", "GPT of sectors of 4096 bytes: ext2, ext4"),
        Raw("resize-gpt-no-primary", "GPT whose first header is damaged"),
        Raw("resize-gpt-no-backup", "GPT whose last header is damaged"),
    ];

    private static Fixture Raw(string name, string description) => new(name, description, new RecipeDisk(Recipe, name + ".img", "raw"));

    private static void Make(string folder)
    {
        using var work = new WorkFolder(folder);
        var (small, large, swap) = (Ext(work, "ext2", 15, 1), Ext(work, "ext4", 64, 2), work.Blank(16));
        Programs.Mkswap.Run("-q", "-U", "5eb1a12d-0006-4000-8000-0000000000f0", "-L", "resized", swap);
        string Disk(string name) => Path.Combine(folder, $"resize-{name}.img");

        Mbr(81, new(1, 1, 15, "83", small) { Options = ", bootable" }, new(2, 16, 64, "83", large)).MakeRaw(Disk("ext4-mbr"));
        Gpt(81, new(1, 1, 15, "linux", small), new(2, 16, 64, "linux", large)).MakeRaw(Disk("ext4-gpt"));
        Mbr(82, new(1, 1, 64, "83", large), new(2, 65, 16, "82", swap)).MakeRaw(Disk("swap-mbr"));
        Gpt(82, new(1, 1, 64, "linux", large), new(2, 65, 16, "swap", swap)).MakeRaw(Disk("swap-gpt"));
        Mbr(98, new(1, 1, 15, "83", small), new(2, 16, 82, "5"), new(5, 17, 15, "83", small), new(6, 33, 64, "83", large)).MakeRaw(Disk("logical"));
        Mbr(82, new(1, 1, 64, "83", large), new(2, 65, 16, "82", swap)).MakeRaw(Disk("middle"));

        Gpt(81, new(1, 1, 15, "linux", small), new(2, 16, 64, "linux", large)).MakeRaw(Disk("hybrid"));
        Sgdisk.Run("--hybrid=2", Disk("hybrid"));
        LargeSectors(Disk("4k"), Ext(work, "ext2", 15, 1, LargeSector), Ext(work, "ext4", 64, 2, LargeSector));
        Damaged(Disk("ext4-gpt"), Disk("gpt-no-primary"), fromStart: 512);
        Damaged(Disk("ext4-gpt"), Disk("gpt-no-backup"), fromStart: (81L * MiB) - 512);
    }

    /// <summary>A disk of this many MiB with an MBR.</summary>
    public static DiskLayout Mbr(int size, params IReadOnlyList<Partition> partitions) => new("dos", "0x5eb1a106", size, partitions);

    /// <summary>A disk of this many MiB with a GPT that says something of each partition.</summary>
    public static DiskLayout Gpt(int size, params IReadOnlyList<Partition> partitions) => new(
        "gpt", DiskId, size, [.. partitions.Select(partition => partition with { Options = string.Format(null, GuidOptions, partition.Number) })]);

    private static string Ext(WorkFolder work, string type, int size, int number, int? blockSize = null)
    {
        var image = work.New();
        new ExtFileSystem(type, (long)size * MiB, $"5eb1a12d-0006-4000-8000-0000000000e{number}", $"resized-{number}", blockSize).Make(
            image, work.Tar(SampleTree.Make($"resize-{type}", $"LABEL=resized-{number} / {type} defaults 0 1\n")));
        return image;
    }

    private static void LargeSectors(string disk, string small, string large)
    {
        SparseFile.Create(disk, 81L * MiB);
        SparseFile.CopyInto(small, disk, MiB);
        SparseFile.CopyInto(large, disk, 16 * MiB);
        GuidTable.Write(disk, LargeSector, new(DiskId),
        [
            new(GuidTable.LinuxType, new("5eb1a12d-0006-4000-8000-000000000001"), MiB / LargeSector, (16 * MiB / LargeSector) - 1, 1, "first"),
            new(GuidTable.LinuxType, new("5eb1a12d-0006-4000-8000-000000000002"), 16 * MiB / LargeSector, (80 * MiB / LargeSector) - 1, 1UL << 60, "second"),
        ]);
    }

    private static void Damaged(string sound, string disk, long fromStart)
    {
        SparseFile.Copy(sound, disk);
        using var file = File.Open(disk, FileMode.Open);
        file.Position = fromStart + 16; // the checksum of the header
        file.Write([0xDE, 0xAD]);
    }
}
