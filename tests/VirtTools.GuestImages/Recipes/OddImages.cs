using System.Text;
using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures.Recipes;

/// <summary>Image files that name other files, are cut short, are many, or hold a guest that means harm.</summary>
internal static class OddImages
{
    private const int MiB = 1 << 20;
    private const int Layers = 70;

    private static readonly Recipe Recipe =
        new("odd-images", "OddImages.cs", [.. ExtFileSystem.Programs, Programs.QemuImg], Make) { IsReproducible = true };

    public static readonly Fixture ThirtyDrives = new(
        "thirty-drives", "30 disks of 1 MiB; the ext2 on disk N has a file /number with the text N",
        [.. Enumerable.Range(1, 30).Select(number => new RecipeDisk(Recipe, $"drive-{number:00}.img", "raw"))]);

    public static readonly IReadOnlyList<Fixture> Fixtures =
    [
        ThirtyDrives,
        Qcow2("qcow2-truncated", "a qcow2 of which the second half is missing"),
        Qcow2("qcow2-chain", "qcow2 over qcow2 over raw, formats recorded, names relative"),
        Qcow2("qcow2-chain-no-format", "qcow2 over qcow2, no format recorded"),
        Qcow2("qcow2-chain-deep", $"{Layers} layers of qcow2 over raw"),
        Qcow2("qcow2-missing-backing", "a qcow2 whose backing file is not there"),
        Qcow2("qcow2-backing-json", "a qcow2 whose backing file is a json: pseudo-protocol name"),
        Qcow2("qcow2-backing-nbd", "a qcow2 whose backing file is nbd://127.0.0.1:9/"),
        Qcow2("qcow2-backing-stdin", "a qcow2 whose backing file is /dev/stdin"),
        Qcow2("qcow2-backing-self", "a qcow2 whose backing file is itself"),
        new("raw-qcow2-header", "a raw disk whose guest wrote a qcow2 header that names secret.img beside it",
            new RecipeDisk(Recipe, "raw-qcow2-header.img", "raw")),
        new("vmdk-extent", "a vmdk descriptor whose extent is /etc/shadow", new RecipeDisk(Recipe, "vmdk-extent.vmdk", "vmdk")),
        new("random-bytes", "4 MiB of random bytes, always the same", new RecipeDisk(Recipe, "random-bytes.img", "raw")),
        new("unreadable", "two disks: ext2, and an ext file system with a feature that no kernel knows",
            new RecipeDisk(Recipe, "readable.img", "raw"), new RecipeDisk(Recipe, "unreadable.img", "raw")),
        new("symlink-escape", "ext4 full of links that try to leave the guest", new RecipeDisk(Recipe, "symlink-escape.img", "raw")),
    ];

    private static Fixture Qcow2(string name, string description) =>
        new(name, description, new RecipeDisk(Recipe, name + ".qcow2", "qcow2"));

    private static void Make(string folder)
    {
        using var work = new WorkFolder(folder);
        Parallel.Invoke(
            () => Drives(folder, work),
            () => Chains(folder, work),
            () => SymlinkEscape(folder, work),
            () => Unreadable(folder, work),
            () => Secrets(folder, work));
    }

    private static void Drives(string folder, WorkFolder work)
    {
        const string marker = "NUMBER\n";
        var image = work.New();
        new ExtFileSystem("ext2", MiB, "33300000-0000-4000-8000-000000000000", "").Make(
            image, work.Tar(new GuestTree().File("./number", marker)));
        var bytes = File.ReadAllBytes(image);
        var position = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(marker));
        for (var number = 1; number <= 30; number++)
        {
            Encoding.ASCII.GetBytes($"{number:000000}\n").CopyTo(bytes, position);
            File.WriteAllBytes(Path.Combine(folder, $"drive-{number:00}.img"), bytes);
        }
    }

    private static void Chains(string folder, WorkFolder work)
    {
        string InFolder(string name) => Path.Combine(folder, name);

        new ExtFileSystem("ext4", 32 * MiB, "63686169-6e00-4000-8000-000000000000", "chain").Make(
            InFolder("base.img"), work.Tar(SampleTree.Make("chain", "/dev/sda / ext4 defaults 0 1\n")));
        DiskLayout.ToQcow2(InFolder("base.img"), InFolder("base.qcow2"));
        var half = File.ReadAllBytes(InFolder("base.qcow2"));
        File.WriteAllBytes(InFolder("qcow2-truncated.qcow2"), half.AsSpan(0, half.Length / 2));

        Over(32, "base.img", "raw").Make(InFolder("middle.qcow2"));
        Over(32, "middle.qcow2", "qcow2").Make(InFolder("qcow2-chain.qcow2"));
        Over(32, "base.qcow2", null).Make(InFolder("qcow2-chain-no-format.qcow2"));
        Over(32, "base.img", "raw").Make(InFolder("layer-1.qcow2"));
        for (var layer = 2; layer < Layers; layer++)
            Over(32, $"layer-{layer - 1}.qcow2", "qcow2").Make(InFolder($"layer-{layer}.qcow2"));
        Over(32, $"layer-{Layers - 1}.qcow2", "qcow2").Make(InFolder("qcow2-chain-deep.qcow2"));

        Over(32, "not-there.qcow2", "qcow2").Make(InFolder("qcow2-missing-backing.qcow2"));
        const string json = "json:{\"driver\":\"raw\",\"file\":{\"driver\":\"file\",\"filename\":\"secret.img\"}}";
        Over(32, json, "raw").Make(InFolder("qcow2-backing-json.qcow2"));
        Over(32, "nbd://127.0.0.1:9/", "raw").Make(InFolder("qcow2-backing-nbd.qcow2"));
        Over(32, "/dev/stdin", "raw").Make(InFolder("qcow2-backing-stdin.qcow2"));
        Over(32, "qcow2-backing-self.qcow2", "qcow2").Make(InFolder("qcow2-backing-self.qcow2"));
    }

    private static Qcow2Image Over(int size, string backing, string? format) => new((long)size * MiB, backing, format);

    private static void Secrets(string folder, WorkFolder work)
    {
        new ExtFileSystem("ext2", 4 * MiB, "73656372-6574-4000-8000-000000000000", "secret").Make(
            Path.Combine(folder, "secret.img"), work.Tar(new GuestTree().File("./secret", "nobody may read this\n")));
        var raw = Path.Combine(folder, "raw-qcow2-header.img");
        SparseFile.Create(raw, 4 * MiB);
        using (var disk = File.OpenWrite(raw))
            disk.Write(new Qcow2Image(4 * MiB, "secret.img", "raw").FirstCluster());

        File.WriteAllText(
            Path.Combine(folder, "vmdk-extent.vmdk"),
            """
            # Disk DescriptorFile
            version=1
            CID=5eb1a12d
            parentCID=ffffffff
            createType="monolithicFlat"

            RW 8 FLAT "/etc/shadow" 0

            ddb.virtualHWVersion = "4"
            ddb.geometry.cylinders = "1"
            ddb.geometry.heads = "16"
            ddb.geometry.sectors = "63"
            ddb.adapterType = "ide"

            """);

        var random = new byte[4 * MiB];
        new Random(1).NextBytes(random);
        File.WriteAllBytes(Path.Combine(folder, "random-bytes.img"), random);
    }

    private static void Unreadable(string folder, WorkFolder work)
    {
        const int HighestIncompatible = 1024 + 0x63; // last byte of s_feature_incompat
        var image = Path.Combine(folder, "readable.img");
        new ExtFileSystem("ext2", MiB, "72656164-6162-4000-8000-000000000000", "").Make(image, work.Tar(new GuestTree().File("./file", "read\n")));
        var bytes = File.ReadAllBytes(image);
        bytes[HighestIncompatible] |= 0x80;
        File.WriteAllBytes(Path.Combine(folder, "unreadable.img"), bytes);
    }

    private static void SymlinkEscape(string folder, WorkFolder work)
    {
        var tree = SampleTree.Make("symlink-escape", "/dev/sda / ext4 defaults 0 1\n")
            .Directory("./escape")
            .Symlink("./escape/absolute", "/etc/passwd")
            .Symlink("./escape/dots", "../../../../../../../../etc/passwd")
            .Symlink("./escape/dots-from-root", "/../../../etc/passwd")
            .Symlink("./escape/not-in-the-guest", "/etc/shadow")
            .Symlink("./escape/init", "/init")
            .Symlink("./escape/proc-self-root", "/proc/self/root/etc/passwd")
            .Symlink("./escape/proc-1-root", "/proc/1/root/etc/passwd")
            .Symlink("./escape/proc-environ", "/proc/self/environ")
            .Symlink("./escape/proc-fd", "/proc/self/fd/0")
            .Symlink("./escape/sysroot", "/sysroot/etc/passwd")
            .Symlink("./escape/device", "/dev/sda")
            .Symlink("./escape/root", "/")
            .Symlink("./escape/above-root", "../../../..")
            .Symlink("./escape/proc", "/proc")
            .Symlink("./escape/empty-hops", "//.//..//./etc//passwd")
            .Symlink("./etc/shadow-of-proc", "../proc/self/mounts");
        for (var hop = 1; hop < 60; hop++)
            tree.Symlink($"./escape/hop-{hop:00}", $"hop-{hop + 1:00}");
        tree.Symlink("./escape/hop-60", "../../../etc/passwd");
        new ExtFileSystem("ext4", 32 * MiB, "65736361-7065-4000-8000-000000000000", "").Make(
            Path.Combine(folder, "symlink-escape.img"), work.Tar(tree));
    }
}
