using VirtTools.Fixtures.Building;

namespace VirtTools.Fixtures.Recipes;

/// <summary>The files by which operating systems are told, laid out as each of them does.</summary>
internal static class LayoutTrees
{
    /// <summary>The header of a program for x86-64: enough to tell for which processor it was made (System V ABI, ELF header).</summary>
    private static readonly byte[] Program =
    [
        0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, .. new byte[9], 2, 0, 62, 0, 1, 0, 0, 0, .. new byte[28], 64, 0, .. new byte[10],
    ];

    /// <summary>A root with its programs below /usr, as nearly all have it now.</summary>
    public static GuestTree Merged(string osRelease, string fstab, string hostname) => new GuestTree()
        .Directory("./etc").Directory("./usr").Directory("./usr/bin").Directory("./usr/lib").Directory("./var").Directory("./var/lib").Directory("./boot")
        .Directory("./home").Directory("./root")
        .Symlink("./bin", "usr/bin").Symlink("./lib", "usr/lib")
        .File("./usr/lib/os-release", osRelease).Symlink("./etc/os-release", "../usr/lib/os-release")
        .File("./etc/fstab", fstab).File("./etc/hostname", hostname + "\n")
        .File("./usr/bin/bash", Program, new(0b111_101_101));

    /// <summary>A root with programs of its own, as it was before.</summary>
    public static GuestTree Plain(string fstab, string? hostname) => WithHostname(new GuestTree()
        .Directory("./bin").Directory("./etc").Directory("./lib").Directory("./usr").Directory("./var").Directory("./var/lib").Directory("./var/db")
        .Directory("./boot").Directory("./home").Directory("./root")
        .File("./etc/fstab", fstab)
        .File("./bin/sh", Program, new(0b111_101_101)), hostname);

    /// <summary>What os-release(5) says.</summary>
    public static string OsRelease(string id, string version, string name, string more = "") =>
        $"NAME=\"{name}\"\nID={id}\nVERSION_ID=\"{version}\"\nPRETTY_NAME=\"{name} {version}\"\n{more}";

    public static GuestTree Rpm(this GuestTree tree, string folder, string file, byte[] database)
    {
        tree.Directory("./usr/lib/sysimage").Directory(folder);
        if (folder != "./var/lib/rpm")
            tree.Symlink("./var/lib/rpm", "../../" + folder[2..]);
        return tree.File($"{folder}/{file}", database);
    }

    public static GuestTree Usr(string osRelease) => new GuestTree()
        .Directory("./bin").Directory("./lib").Directory("./share").Directory("./local").Directory("./sbin")
        .File("./lib/os-release", osRelease)
        .File("./bin/bash", Program, new(0b111_101_101));

    /// <summary>Flatcar's /usr, of which there are two.</summary>
    public static GuestTree FlatcarUsr(string version) =>
        Usr($"NAME=\"Flatcar Container Linux by Kinvolk\"\nID=flatcar\nID_LIKE=coreos\nVERSION={version}\nVERSION_ID={version}\nBUILD_ID=2023-11-20-1942\n"
            + $"PRETTY_NAME=\"Flatcar Container Linux by Kinvolk {version} (Oklo)\"\n")
            .Directory("./share/coreos").File("./share/coreos/update.conf", "GROUP=stable\n")
            .File("./share/coreos/lsb-release", $"DISTRIB_ID=\"Flatcar Container Linux by Kinvolk\"\nDISTRIB_RELEASE={version}\n");

    public static GuestTree FlatcarRoot() => new GuestTree()
        .Directory("./etc").Directory("./home").Directory("./root").Directory("./usr").Directory("./var")
        .Directory("./etc/coreos").File("./etc/coreos/update.conf", "GROUP=stable\n").File("./etc/hostname", "flatcar\n");

    public static GuestTree Nixos()
    {
        const string Store = "./nix/store/abc-etc";
        return new GuestTree()
            .Directory("./bin").Directory("./etc").Directory("./nix").Directory("./nix/store").Directory(Store).Directory(Store + "/etc")
            .Directory("./nix/store/def-bash").Directory("./nix/store/def-bash/bin").Directory("./usr").Directory("./usr/bin").Directory("./var")
            .File("./nix/store/def-bash/bin/bash", Program, new(0b111_101_101)).Symlink("./bin/sh", "/nix/store/def-bash/bin/bash")
            .File(Store + "/etc/fstab", "/dev/disk/by-label/nixos / ext4 defaults 0 1\n")
            .File(Store + "/etc/os-release", OsRelease("nixos", "23.11", "NixOS", "BUILD_ID=\"23.11.1234.abcdef\"\n"))
            .File(Store + "/etc/hostname", "nixos-box\n")
            .Symlink("./etc/static", "/nix/store/abc-etc/etc")
            .Symlink("./etc/fstab", "/etc/static/fstab").Symlink("./etc/os-release", "/etc/static/os-release")
            .Symlink("./etc/hostname", "/etc/static/hostname");
    }

    /// <summary>A guest that means harm. What it says with its other files is to be found all the same.</summary>
    public static GuestTree Hostile() => new GuestTree()
        .Directory("./bin").Directory("./etc").Directory("./usr").Directory("./usr/lib").Directory("./var").Directory("./var/lib").Directory("./var/lib/rpm")
        .File("./bin/bash", Program)
        .File("./etc/os-release", "ID=debian\n" + new string('x', 3 << 20))
        .File("./etc/redhat-release", "CentOS Linux release 7.9.2009 (Core)\n")
        .File("./etc/fstab", "UUID=6c61796f-0000-4000-8000-000000000020 / ext4 defaults 0 1\n" + string.Concat(Enumerable.Repeat("/dev/sdzz9 /x ext4\n", 100_000)))
        .Fifo("./etc/hostname")
        .Device(EntryKind.CharacterDevice, "./etc/HOSTNAME", 1, 5, new(0b110_110_110))
        .Directory("./etc/sysconfig").Symlink("./etc/sysconfig/network", "/proc/self/environ")
        .Symlink("./etc/crypttab", "crypttab-2").Symlink("./etc/crypttab-2", "crypttab")
        .Symlink("./etc/mdadm.conf", "../../../../../../dev/zero")
        .File("./var/lib/rpm/rpmdb.sqlite", [.. "SQLite format 3\0"u8, .. Enumerable.Range(0, 60_000).Select(i => (byte)(i * 7919 >> 3))])
        .File("./var/lib/rpm/Packages.db", [.. "RpmP"u8, .. Enumerable.Range(0, 60_000).Select(i => (byte)(i * 104729 >> 5))])
        .Symlink("./var/lib/rpm/Packages", "/dev/zero");

    private static GuestTree WithHostname(GuestTree tree, string? hostname) =>
        hostname is null ? tree : tree.File("./etc/hostname", hostname + "\n");
}
