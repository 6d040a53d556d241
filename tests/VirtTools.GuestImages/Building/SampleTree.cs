using System.Text;

namespace VirtTools.Fixtures.Building;

/// <summary>What the file system can hold.</summary>
[Flags]
public enum Abilities
{
    /// <summary>Plain files and folders.</summary>
    None = 0,

    /// <summary>Symbolic links.</summary>
    Symlinks = 1,

    /// <summary>Hard links, FIFOs, devices, owners and permission bits.</summary>
    Unix = 2,

    /// <summary>Names of any bytes but slash and NUL.</summary>
    AnyName = 4,

    /// <summary>Everything.</summary>
    All = Symlinks | Unix | AnyName,
}

/// <summary>The tree that every file system of the zoo holds: a small Linux with every kind of file and name.</summary>
public static class SampleTree
{
    /// <summary>Makes the tree.</summary>
    /// <param name="hostName">Content of /etc/hostname, which tells guests apart.</param>
    /// <param name="fstab">Content of /etc/fstab.</param>
    /// <param name="abilities">What the file system can hold.</param>
    public static GuestTree Make(string hostName, string fstab, Abilities abilities = Abilities.All)
    {
        var tree = System(hostName, fstab);
        Files(tree);
        if (abilities.HasFlag(Abilities.Symlinks))
            Symlinks(tree);
        if (abilities.HasFlag(Abilities.Unix))
            Unix(tree);
        if (abilities.HasFlag(Abilities.AnyName))
            Names(tree);
        return tree;
    }

    /// <summary>Enough for inspection to see a Linux root.</summary>
    private static GuestTree System(string hostName, string fstab) => new GuestTree()
        .Directory("./bin")
        .Directory("./etc")
        .File("./etc/hostname", hostName + "\n")
        .File("./etc/fstab", fstab)
        .File("./etc/debian_version", "12.2\n")
        .File("./etc/passwd", "root:x:0:0:root:/root:/bin/bash\nguest:x:1000:1000:in the guest:/home/guest:/bin/sh\n")
        .File(
            "./etc/os-release",
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nID=debian\n")
        .Directory("./home")
        .Directory("./tmp", new(0b001_111_111_111))
        .Directory("./usr")
        .Directory("./usr/bin")
        .Directory("./var");

    private static void Files(GuestTree tree)
    {
        tree.Directory("./files")
            .File("./files/hello.txt", "Hello, world.\n")
            .File("./files/empty", "")
            .File("./files/no-newline", "no newline at the end")
            .File("./files/binary", [.. Enumerable.Range(0, 256).Select(i => (byte)i)])
            .File("./files/hundred-kilobytes", Pattern(100 * 1024))
            .File("./files/sparse", [.. new byte[1 << 20], .. "the end\n"u8])
            .File("./files/many-lines.txt", string.Concat(Enumerable.Range(1, 1000).Select(i => $"line {i}\n")))
            .File("./files/old", "1970\n", Attributes.Usual with { Time = 1 })
            .File("./files/future", "2107\n", Attributes.Usual with { Time = 4_323_000_000 })
            .Directory("./files/empty-folder")
            .Directory("./files/deep")
            .Directory("./files/deep/er")
            .Directory("./files/deep/er/and")
            .Directory("./files/deep/er/and/deeper")
            .File("./files/deep/er/and/deeper/bottom", "bottom\n")
            .Directory("./files/folder with spaces")
            .File("./files/folder with spaces/a file, with a comma.csv", "1,2\n")
            .File("./files/ leading space", "a\n")
            .File("./files/it's", "b\n")
            .File("./files/-rf", "c\n")
            .File("./files/Grüße, 日本語", "UTF-8\n");
    }

    private static void Symlinks(GuestTree tree) => tree
        .Directory("./links")
        .Symlink("./links/relative", "../files/hello.txt")
        .Symlink("./links/absolute", "/files/hello.txt")
        .Symlink("./links/dangling", "/nowhere/at/all")
        .Symlink("./links/folder", "../files/deep")
        .Symlink("./links/loop-a", "loop-b")
        .Symlink("./links/loop-b", "loop-a")
        .Symlink("./links/self", "self")
        .Symlink("./links/passwd", "/etc/passwd");

    private static void Unix(GuestTree tree) => tree
        .Directory("./unix")
        .File("./unix/setuid", "#!/bin/sh\n", new(0b100_111_101_101))
        .File("./unix/setgid", "#!/bin/sh\n", new(0b010_111_101_101, 0, 50))
        .File("./unix/sticky", "", new(0b001_110_100_100))
        .File("./unix/no-permissions", "root reads it all the same\n", new(0))
        .Directory("./unix/sticky-folder", new(0b001_111_111_111))
        .Directory("./unix/setgid-folder", new(0b010_111_111_101, 0, 50))
        .File("./unix/owned", "mine\n", new(0b110_100_000, 1000, 1001))
        .File("./unix/large-ids", "theirs\n", new(0b110_000_000, 1_000_000, 2_000_000))
        .File("./unix/before-1970", "1960\n", Attributes.Usual with { Time = -315_619_200 })
        .File("./unix/hard-1", "two names\n")
        .HardLink("./unix/hard-2", "./unix/hard-1")
        .Fifo("./unix/fifo")
        .Device(EntryKind.CharacterDevice, "./unix/null", 1, 3, new(0b110_110_110))
        .Device(EntryKind.BlockDevice, "./unix/sda", 8, 0, new(0b110_110_000, 0, 6));

    private static void Names(GuestTree tree) => tree
        .Directory("./names")
        .File("./names/new\nline", "new line\n")
        .File("./names/escape\e[31m red \e[0m", "escape\n")
        .File("./names/back\\slash \"quoted\" * ? <tab>\t", "quoted\n")
        .File("./names/trailing space ", "space\n")
        .File([.. "./names/caf"u8, 0xe9], "latin 1\n")
        .File([.. "./names/"u8, 0xff, 0xfe, 0x80], "no text at all\n")
        .File([.. "./names/"u8, 0xed, 0xa0, 0x80], "a surrogate\n")
        .File("./names/" + new string('n', 255), "long\n");

    private static byte[] Pattern(int length) => Encoding.ASCII.GetBytes(
        string.Concat(Enumerable.Range(0, length / 16).Select(i => $"{i * 16:x8} virtls\n")));
}
