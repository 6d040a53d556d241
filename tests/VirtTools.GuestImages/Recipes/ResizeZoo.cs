using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures.Recipes;

/// <summary>Disks for virt-resize whose file systems only a kernel can fill: one kind in the last partition, with an MBR and with a GPT.</summary>
internal static class ResizeZoo
{
    private static readonly Recipe Recipe = new(
        "resize-zoo", "ResizeZoo.cs", [.. ExtFileSystem.Programs, Programs.Guestfish, Programs.Sfdisk], Make)
    {
        OtherSources = ["ResizeDisks.cs", "GuidTable.cs"],
    };

    private static readonly Kind[] Kinds =
    [
        new("xfs", 304, "83", "linux", Abilities.All, Plain),
        new("btrfs", 288, "83", "linux", Abilities.All, Plain),
        new("ntfs", 48, "7", "EBD0A0A2-B9E5-4433-87C0-68B6B72699C7", Abilities.Symlinks, Plain),
        new("f2fs", 96, "83", "linux", Abilities.All, Plain),
        new("lvm", 80, "8e", "lvm", Abilities.All, Lvm),
    ];

    public static readonly IReadOnlyList<Fixture> Fixtures =
    [
        .. Kinds.SelectMany(kind => (Fixture[])[Raw(kind, "mbr"), Raw(kind, "gpt")]),
    ];

    private static Fixture Raw(Kind kind, string table)
    {
        var name = Name(kind, table);
        return new(name, $"{table.ToUpperInvariant()}: {kind.Name} in its last partition", new RecipeDisk(Recipe, name + ".img", "raw"));
    }

    private static string Name(Kind kind, string table) => $"resize-{kind.Name}-{table}";

    private static void Make(string folder)
    {
        using var work = new WorkFolder(folder);
        var guestfish = new Guestfish();
        var first = work.New();
        new ExtFileSystem("ext2", 15 << 20, "5eb1a12d-0006-4000-8000-0000000000e1", "first").Make(
            first, work.Tar(new GuestTree().File("./first", "the partition before\n")));
        foreach (var kind in Kinds)
        {
            Disk(kind, "mbr", ResizeDisks.Mbr(kind.Size + 17, new(1, 1, 15, "83", first), new(2, 16, kind.Size, kind.MbrType)));
            Disk(kind, "gpt", ResizeDisks.Gpt(kind.Size + 17, new(1, 1, 15, "linux", first), new(2, 16, kind.Size, kind.GptType)));
        }

        guestfish.Run();

        void Disk(Kind kind, string table, DiskLayout layout)
        {
            var name = Name(kind, table);
            var file = Path.Combine(folder, name + ".img");
            layout.MakeRaw(file);
            var device = guestfish.Drive(file, kind.Size + 17);
            guestfish.Do(kind.Commands(kind, table, device, work.Tar(SampleTree.Make(name, "/dev/sda2 / auto defaults 0 1\n", kind.Abilities))));
        }
    }

    private static string Plain(Kind kind, string table, string disk, string tree) => $"""
        mkfs {kind.Name} {disk}2 label:{kind.Name}
        mount {disk}2 /
        tar-in {tree} /
        umount-all
        """;

    // The root volume is the last one in its group, so that it can grow; both volumes keep their names in both tables.
    private static string Lvm(Kind kind, string table, string disk, string tree) => $"""
        pvcreate {disk}2
        vgcreate grown-{table} {disk}2
        lvcreate swap grown-{table} 8
        lvcreate root grown-{table} 60
        mkswap /dev/grown-{table}/swap
        mkfs ext4 /dev/grown-{table}/root
        mount /dev/grown-{table}/root /
        tar-in {tree} /
        umount-all
        vg-activate false grown-{table}
        """;

    /// <param name="Name">What the fixture is called, and the file system where there is one.</param>
    /// <param name="Size">Of its partition, in MiB.</param>
    /// <param name="MbrType">The partition's type in an MBR.</param>
    /// <param name="GptType">The partition's type in a GPT.</param>
    /// <param name="Abilities">What it can hold.</param>
    /// <param name="Commands">Makes and fills it: kind, table, device, archive.</param>
    private sealed record Kind(
        string Name, int Size, string MbrType, string GptType, Abilities Abilities, Func<Kind, string, string, string, string> Commands);
}
