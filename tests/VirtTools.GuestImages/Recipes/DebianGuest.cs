using System.Globalization;
using System.Text;
using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures.Recipes;

/// <summary>
/// A real Debian 12: packages installed by mmdebstrap, laid out as Debian's installer does, with a user, logs and a host
/// name. There is no kernel in it: 400 MB that no test reads. Made without root: mmdebstrap's fakechroot mode needs
/// neither user namespaces nor /etc/subuid.
/// </summary>
internal static class DebianGuest
{
    private const string BootUuid = "0b3f0c52-6f0e-4a0e-9a55-2f6f0f7a1d01";
    private const string RootUuid = "5d4c1b7e-83f1-4a64-b5d8-5a0c9f0e2d02";
    private const string SwapUuid = "93a1c2de-1c5b-4d8a-8a7f-77c4f6b03e03";
    private const string HomeUuid = "e8f2a6b4-40d7-4f4c-9d3e-c1b2a39484f4";

    private const string SystemdLibrary = "libsystemd-shared-252.so";

    private static readonly string[] Packages =
    [
        "cron", "dbus", "ifupdown", "iproute2", "less", "logrotate", "nano", "netbase", "openssh-server", "sudo", "systemd-sysv",
    ];

    public static readonly Fixture Fixture = new(
        "debian",
        "a real Debian 12 in a qcow2: MBR, /boot, / and /home in ext file systems, swap, logical partitions",
        new RecipeDisk(
            // The archive's packages change with security updates, and with them the bytes.
            new Recipe(
                "debian", "DebianGuest.cs", [Programs.Mmdebstrap, Programs.Fakechroot, Programs.QemuImg, .. ExtFileSystem.Programs], Make),
            "debian.qcow2",
            "qcow2"));

    private static void Make(string folder)
    {
        string InFolder(string name) => Path.Combine(folder, name);

        Programs.Mmdebstrap.Run(
            ProgramInput.None with { Environment = new Dictionary<string, string> { ["TMPDIR"] = folder } },
            "--mode=fakechroot", "--variant=minbase", $"--include={string.Join(',', Packages)}", "--aptopt=Acquire::Languages \"none\"",
            "--dpkgopt=path-exclude=/usr/share/man/*", "--dpkgopt=path-exclude=/usr/share/locale/*",

            // systemd's programs name the folder of this library as it is in the guest; fakechroot does not translate that, and mmdebstrap looks in /lib/systemd.
            $"--essential-hook=mkdir -p \"$1\"/usr/lib/systemd && ln -s ../x86_64-linux-gnu/systemd/{SystemdLibrary} \"$1\"/usr/lib/systemd/",
            $"--customize-hook=rm \"$1\"/usr/lib/systemd/{SystemdLibrary}",

            // Host keys are made when the package is configured, and differ each time.
            "--customize-hook=rm \"$1\"/etc/ssh/ssh_host_*", "--quiet", "bookworm", InFolder("debian.tar"));
        System(member => Programs.Tar.Run("-x", "-O", "-f", InFolder("debian.tar"), member).Text).WriteTar(InFolder("system.tar"));
        Home().WriteTar(InFolder("home.tar"));
        Boot().WriteTar(InFolder("boot.tar"));

        new ExtFileSystem("ext2", 127L << 20, BootUuid, "boot").Make(InFolder("boot"), InFolder("boot.tar"));
        new ExtFileSystem("ext4", 2048L << 20, RootUuid, "").Make(InFolder("root"), InFolder("debian.tar"), InFolder("system.tar"));
        new ExtFileSystem("ext4", 254L << 20, HomeUuid, "home").Make(InFolder("home"), InFolder("home.tar"));
        SparseFile.Create(InFolder("swap"), 127L << 20);
        Programs.Mkswap.Run("-q", "-U", SwapUuid, InFolder("swap"));

        new DiskLayout("dos", "0x5eb1a12d", 2560,
        [
            new(1, 1, 127, "83", InFolder("boot")) { Options = ", bootable" },
            new(2, 128, 2048, "83", InFolder("root")),
            new(3, 2176, 384, "5"),
            new(5, 2177, 127, "82", InFolder("swap")),
            new(6, 2305, 254, "83", InFolder("home")),
        ]).MakeQcow2(InFolder("debian.qcow2"));

        foreach (var name in (string[])["debian.tar", "system.tar", "home.tar", "boot.tar", "boot", "root", "home", "swap"])
            File.Delete(InFolder(name));
    }

    /// <summary>What the installer and a year of use would have left in the root file system.</summary>
    /// <param name="packaged">Reads a text file that the packages brought.</param>
    private static GuestTree System(Func<string, string> packaged)
    {
        var secret = new Attributes(0b110_100_000, Gid: 42);
        var log = new Attributes(0b110_100_000, Gid: 4);
        return new GuestTree()
            .File("./etc/hostname", "debian\n")
            .File("./etc/hosts", "127.0.0.1\tlocalhost\n127.0.1.1\tdebian.example.org\tdebian\n\n::1\tlocalhost ip6-localhost\n")
            .File("./etc/machine-id", "4f2c8a90d1e64b7f9c3a5e6b7d8f9012\n", new(0b100_100_100))
            .File("./etc/resolv.conf", "search example.org\nnameserver 192.0.2.53\n")
            .File("./etc/network/interfaces", "auto lo\niface lo inet loopback\n\nallow-hotplug ens3\niface ens3 inet dhcp\n")
            .File("./etc/fstab", Fstab)
            .File("./etc/timezone", "Etc/UTC\n")
            .File("./etc/passwd", packaged("./etc/passwd") + "ada:x:1000:1000:Ada,,,:/home/ada:/bin/bash\n")
            .File("./etc/group", packaged("./etc/group") + "ada:x:1000:\n")
            .File("./etc/shadow", packaged("./etc/shadow") + "ada:!:19675:0:99999:7:::\n", secret)
            .File("./etc/sudoers.d/ada", "ada ALL=(ALL:ALL) ALL\n", new(0b100_100_000))
            .File("./var/log/syslog", Syslog(2000), log)
            .File("./var/log/syslog.1", Syslog(400), log)
            .File("./var/log/auth.log", "2023-11-14T22:10:01 debian sshd[612]: Accepted publickey for ada from 192.0.2.7\n", log)
            .File("./root/.bash_history", "apt update\napt upgrade\nsystemctl status ssh\n", new(0b110_000_000));
    }

    private static GuestTree Home() => new GuestTree()
        .Directory("./ada", new(0b111_101_101, 1000, 1000))
        .File("./ada/.bashrc", "alias ll='ls -l'\n", new(-1, 1000, 1000))
        .File("./ada/notes from Monday.txt", "Order more coffee.\n", new(-1, 1000, 1000))
        .File("./ada/Résumé.txt", "Wrote the first program.\n", new(-1, 1000, 1000));

    private static GuestTree Boot() => new GuestTree()
        .Directory("./grub")
        .File("./grub/grub.cfg", $"search --no-floppy --fs-uuid --set=root {BootUuid}\nset timeout=5\n", new(0b100_100_100))
        .File("./grub/grubenv", "# GRUB Environment Block\n".PadRight(1024, '#'));

    private static string Fstab => $"""
        # <file system> <mount point> <type> <options> <dump> <pass>
        UUID={RootUuid} / ext4 errors=remount-ro 0 1
        UUID={BootUuid} /boot ext2 defaults 0 2
        UUID={HomeUuid} /home ext4 defaults 0 2
        UUID={SwapUuid} none swap sw 0 0
        /dev/sr0 /media/cdrom0 udf,iso9660 user,noauto 0 0

        """;

    private static string Syslog(int lines)
    {
        var text = new StringBuilder();
        for (var line = 0; line < lines; line++)
        {
            var time = DateTimeOffset.FromUnixTimeSeconds(HostProgram.Epoch - 60L * (lines - line));
            text.Append(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ss} debian CRON[{1000 + line}]: ");
            text.Append("(root) CMD (test -x /usr/sbin/anacron)\n");
        }

        return text.ToString();
    }
}
