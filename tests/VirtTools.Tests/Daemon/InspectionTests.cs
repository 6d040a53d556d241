using VirtTools.Daemon.Inspection;
using VirtTools.Daemon.Inspection.GuestTables;
using VirtTools.Daemon.Inspection.Linux;
using VirtTools.Daemon.Paths;
using Xunit;

namespace VirtTools.Tests.Daemon;

public sealed class InspectionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("inspection").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Debian_has_the_minor_version_of_its_own_file()
    {
        Guest(("etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n"), ("etc/debian_version", "12.5\n"));

        var system = Look()!;

        Assert.Equal(("linux", "debian", new GuestVersion(12, 5), "12.5"), (system.Type, system.Distribution.Name, system.Version, system.ProductName));
        Assert.Equal(("deb", "apt"), (system.Distribution.PackageFormat, system.PackageManager));
    }

    [Fact]
    public void Os_release_comes_before_the_files_of_a_family()
    {
        Guest(
            ("etc/os-release", "ID=ubuntu\nID_LIKE=debian\nVERSION_ID='22.04'\nPRETTY_NAME=\"Ubuntu 22.04.3 LTS\"\n"),
            ("etc/debian_version", "bookworm/sid\n"));

        var system = Look()!;

        Assert.Equal(("ubuntu", new GuestVersion(22, 4), "Ubuntu 22.04.3 LTS"), (system.Distribution.Name, system.Version, system.ProductName));
    }

    [Fact]
    public void Unknown_id_keeps_name_and_version_of_os_release()
    {
        Guest(("etc/os-release", "ID=nonesuch\nVERSION_ID=5.6.7\nPRETTY_NAME=\"None Such 5\"\n"));

        var system = Look()!;

        Assert.Equal(("unknown", new GuestVersion(5, 6), "None Such 5"), (system.Distribution.Name, system.Version, system.ProductName));
    }

    [Theory]
    [InlineData("nonesuch", "None Such/Linux", "None Such", "None Such 4.0", "unknown")]
    [InlineData("linuxmint", "Linux Mint 21.2", "LinuxMint", "Linux Mint 21.2 Victoria", "linuxmint")]
    public void Lsb_release_says_more_where_os_release_is_not_enough(string id, string name, string lsbId, string lsbName, string distribution)
    {
        Guest(("etc/os-release", $"ID={id}\nPRETTY_NAME=\"{name}\"\n"), ("etc/lsb-release", $"DISTRIB_ID=\"{lsbId}\"\nDISTRIB_DESCRIPTION=\"{lsbName}\"\n"));

        var system = Look()!;

        Assert.Equal((distribution, lsbName), (system.Distribution.Name, system.ProductName));
    }

    [Theory]
    [InlineData("fedora", "39", false, "yum")]
    [InlineData("fedora", "39", true, "dnf")]
    [InlineData("rhel", "9.3", false, "dnf")]
    [InlineData("ol", "7.9", true, "yum")]
    [InlineData("rhel", "4.8", true, "up2date")]
    [InlineData("void", "", false, "xbps")]
    public void Package_manager_follows_the_version(string id, string version, bool hasDnf, string manager)
    {
        Guest(("etc/os-release", $"ID={id}\nVERSION_ID={version}\n"));
        if (hasDnf)
        {
            Write("usr/bin/dnf", "");
        }

        Assert.Equal(manager, Look()!.PackageManager);
    }

    [Fact]
    public void Root_without_any_release_file_is_a_Linux_of_unknown_distribution()
    {
        Guest(("etc/hosts", "127.0.0.1 localhost\n"));

        var system = Look()!;

        Assert.Equal(("unknown", "unknown", "unknown", "unknown"), (system.Distribution.Name, system.ProductName, system.Architecture, system.Hostname));
        Assert.Equal(default, system.Version);
    }

    [Theory]
    [InlineData("almalinux", "9.3", "almalinux", "rpm", "dnf")]
    [InlineData("amzn", "2", "amzn", "rpm", "yum")]
    [InlineData("ol", "8.8", "oraclelinux", "rpm", "dnf")]
    [InlineData("nixos", "23.11", "nixos", "unknown", "unknown")]
    [InlineData("flatcar", "3510.2.8", "flatcar", "unknown", "unknown")]
    [InlineData("azurelinux", "3.0", "azurelinux", "rpm", "tdnf")]
    [InlineData("mariner", "2.0", "azurelinux", "rpm", "tdnf")]
    [InlineData("photon", "5.0", "photon", "rpm", "tdnf")]
    [InlineData("devuan", "5", "devuan", "deb", "apt")]
    [InlineData("raspbian", "11", "raspbian", "deb", "apt")]
    [InlineData("pop", "22.04", "pop", "deb", "apt")]
    [InlineData("elementary", "7.1", "elementary", "deb", "apt")]
    [InlineData("manjaro", "", "manjaro", "pacman", "pacman")]
    [InlineData("endeavouros", "", "endeavouros", "pacman", "pacman")]
    [InlineData("wolfi", "20230201", "wolfi", "apk", "apk")]
    [InlineData("openEuler", "22.03", "openEuler", "rpm", "dnf")]
    [InlineData("anolis", "8.8", "anolis", "rpm", "dnf")]
    [InlineData("cloudlinux", "7.9", "cloudlinux", "rpm", "yum")]
    [InlineData("sles_sap", "15.5", "sles", "rpm", "zypper")]
    [InlineData("opensuse-tumbleweed", "20231115", "opensuse", "rpm", "zypper")]
    public void Distribution_is_told_by_its_id(string id, string version, string distribution, string format, string manager)
    {
        Guest(("etc/os-release", $"ID=\"{id}\"\nVERSION_ID=\"{version}\"\n"));

        var system = Look()!;

        Assert.Equal((distribution, format, manager), (system.Distribution.Name, system.Distribution.PackageFormat, system.PackageManager));
    }

    [Theory]
    [InlineData("rhel centos fedora", "redhat-based", "rpm")]
    [InlineData("suse opensuse", "suse-based", "rpm")]
    [InlineData("ubuntu debian", "ubuntu", "deb")]
    [InlineData("nonesuch arch", "archlinux", "pacman")]
    public void Unknown_distribution_is_what_it_is_like(string likes, string distribution, string format)
    {
        Guest(("etc/os-release", $"ID=nonesuch\nID_LIKE=\"{likes}\"\nVERSION_ID=3.1\nPRETTY_NAME=\"None Such 3\"\n"), ("etc/debian_version", "12.5\n"));

        var system = Look()!;

        Assert.Equal((distribution, format), (system.Distribution.Name, system.Distribution.PackageFormat));
        Assert.Equal((new GuestVersion(3, 1), "None Such 3"), (system.Version, system.ProductName));
    }

    [Fact]
    public void Update_of_an_old_Red_Hat_is_its_minor_version()
    {
        Guest(("etc/redhat-release", "Red Hat Enterprise Linux AS release 4 (Nahant Update 8)\n"));

        var system = Look()!;

        Assert.Equal(("rhel", new GuestVersion(4, 8), "up2date"), (system.Distribution.Name, system.Version, system.PackageManager));
    }

    [Theory]
    [InlineData("etc/sysconfig/network", "NETWORKING=yes\nHOSTNAME=old.example.com\n", "old.example.com")]
    [InlineData("etc/conf.d/hostname", "# Set to the hostname of this machine\nhostname=\"larry\"\n", "larry")]
    [InlineData("etc/rc.conf", "HOSTNAME=\"archive\"\n", "archive")]
    public void Hostname_may_be_a_variable(string path, string content, string name)
    {
        Guest((path, content));

        Assert.Equal(name, Look()!.Hostname);
    }

    [Theory]
    [InlineData("etc/freebsd-update.conf|etc/motd=FreeBSD 12.4-RELEASE (GENERIC)", "freebsd", "freebsd", 12, 4)]
    [InlineData("etc/freebsd-update.conf|bin/freebsd-version=#!/bin/sh\nUSERLAND_VERSION=\"13.2-RELEASE-p4\"", "freebsd", "freebsd", 13, 2)]
    [InlineData("netbsd|etc/release=NetBSD 9.3/amd64", "netbsd", "netbsd", 9, 3)]
    [InlineData("bsd|etc/motd=OpenBSD 7.3 (GENERIC.MP) #1125: Sat Mar 25", "openbsd", "openbsd", 7, 3)]
    [InlineData("service/vm|etc/version=3.2.1", "minix", "unknown", 3, 2)]
    [InlineData("hurd/console|hurd/hello|hurd/null|etc/debian_version=12.0", "hurd", "debian", 12, 0)]
    public void Other_Unix_is_told_by_its_files(string files, string type, string distribution, int major, int minor)
    {
        Guest(("etc/rc.conf", "hostname=\"unix.example.com\"\n"));
        foreach (var file in files.Split('|'))
        {
            var parts = file.Split('=', 2);
            Write(parts[0], parts.ElementAtOrDefault(1) ?? "");
        }

        var system = VirtTools.Daemon.Inspection.Others.BsdRoot.Recognise(Files())!;

        Assert.Equal((type, distribution, new GuestVersion(major, minor)), (system.Type, system.Distribution.Name, system.Version));
        Assert.Equal("unix.example.com", system.Hostname);
    }

    [Theory]
    [InlineData("FDOS/FREEDOS.BSS", "freedos")]
    [InlineData("IO.SYS|MSDOS.SYS|COMMAND.COM", "msdos")]
    public void Dos_is_told_by_its_files_on_FAT_only(string files, string distribution)
    {
        foreach (var file in files.Split('|'))
        {
            Write(file, "");
        }

        Assert.Equal(distribution, VirtTools.Daemon.Inspection.Others.DosRoot.Recognise(Files(), "vfat")!.Distribution.Name);
        Assert.Null(VirtTools.Daemon.Inspection.Others.DosRoot.Recognise(Files(), "ext4"));
    }

    [Fact]
    public void Usr_of_its_own_tells_the_distribution_and_is_merged_with_its_root()
    {
        Write("bin/true", "");
        Write("lib/os-release", "ID=fedora\nVERSION_ID=39\nPRETTY_NAME=\"Fedora Linux 39\"\n");
        Write("share/x", "");
        Write("local/x", "");
        Write("bin/dnf", "");
        var usr = LinuxRoot.RecogniseUsr(Files())!;
        var root = new InspectedSystem { Type = "linux", Hostname = "web", FileSystems = [new("/dev/sda3", "/usr"), new("/dev/sda2", "/")] };

        var merged = SightingsMerged.ToSystems(
            [new("/dev/sda3", SightingKind.Usr, usr), new("/dev/sda2", SightingKind.Root, root)]);

        var system = Assert.Single(merged);
        Assert.Equal(("fedora", "dnf", "web", new GuestVersion(39, 0)), (system.Distribution.Name, system.PackageManager, system.Hostname, system.Version));
    }

    [Fact]
    public void Usr_that_no_fstab_names_belongs_to_no_root_but_that_of_CoreOs_and_then_the_newer_one()
    {
        InspectedSystem Usr(int major) =>
            new() { Type = "linux", Distribution = Distribution.Named("flatcar"), Version = new(major, 0) };
        var root = new InspectedSystem { Type = "linux", FileSystems = [new("/dev/sda9", "/")] };
        Sighting[] usrs = [new("/dev/sda3", SightingKind.Usr, Usr(3374)), new("/dev/sda4", SightingKind.Usr, Usr(3510))];

        var plain = SightingsMerged.ToSystems([.. usrs, new("/dev/sda9", SightingKind.Root, root)]);
        var coreOs = SightingsMerged.ToSystems([.. usrs, new("/dev/sda9", SightingKind.Root, root) { HasUnnamedUsr = true }]);

        Assert.Equal("unknown", Assert.Single(plain).Distribution.Name);
        Assert.Equal(3510, Assert.Single(coreOs).Version.Major);
        Assert.Equal([new("/dev/sda9", "/"), new UsedFileSystem("/dev/sda4", "/usr")], coreOs[0].FileSystems);
    }

    [Fact]
    public void Lines_of_a_file_are_read_up_to_the_bound_and_no_line_is_too_long()
    {
        Write("etc/fstab", new string('x', 200_000) + "\n/dev/sda1 / ext4\nlast");

        Assert.Equal([GuestLines.LongestLine, 16, 4], Files().Lines("/etc/fstab", 1 << 20).Select(line => line.Length));
        Assert.Equal([GuestLines.LongestLine], Files().Lines("/etc/fstab", 200_005).Select(line => line.Length));
    }

    [Fact]
    public void Array_and_encrypted_device_are_named_by_other_files()
    {
        Write("etc/mdadm/mdadm.conf", "# x\nARRAY /dev/md/root  metadata=1.2 name=web:root UUID=3aaa0122:29827cfa:5331ad66:CA767371\nARRAY broken\n");
        Write("etc/crypttab", "# x\nhome UUID=\"2505567a-9e27-4efe-a4d5-15ad146c258b\" none luks\nbroken\n");

        var named = NamedDevices.Read(Files());

        Assert.Equal("3aaa0122:29827cfa:5331ad66:ca767371", Assert.Single(named.Arrays).Value);
        Assert.Equal("UUID=2505567a-9e27-4efe-a4d5-15ad146c258b", named.Encrypted["home"]);
    }

    [Fact]
    public void Folder_without_etc_is_no_root()
    {
        Write("bin/sh", "#!");

        Assert.Null(Look());
    }

    [Fact]
    public void Boot_partition_is_no_root()
    {
        Guest(("grub/menu.lst", "default 0\n"));

        Assert.Null(Look());
    }

    [Fact]
    public void Root_with_bin_merged_into_a_usr_of_its_own_is_found()
    {
        Write("etc/fstab", "");
        File.CreateSymbolicLink(Path.Combine(_folder, "bin"), "usr/bin");

        Assert.NotNull(Look());
    }

    [Fact]
    public void Links_are_followed_inside_the_guest_only()
    {
        Guest();
        Write("usr/lib/os-release", "ID=fedora\nVERSION_ID=39\n");
        File.CreateSymbolicLink(Path.Combine(_folder, "etc/os-release"), "/usr/lib/os-release");
        File.CreateSymbolicLink(Path.Combine(_folder, "etc/hostname"), "../../../../../../../../proc/sys/kernel/hostname");

        var system = Look()!;

        Assert.Equal(("fedora", "unknown"), (system.Distribution.Name, system.Hostname));
    }

    [Fact]
    public void Loop_of_links_costs_only_what_it_would_have_said()
    {
        Guest(("etc/hostname", "guest\n"));
        File.CreateSymbolicLink(Path.Combine(_folder, "etc/os-release"), "os-release");

        var system = Look()!;

        Assert.Equal(("unknown", "guest"), (system.Distribution.Name, system.Hostname));
    }

    [Fact]
    public void Huge_os_release_is_left_alone()
    {
        Guest(("etc/debian_version", "12.1\n"));
        using (var file = File.Create(Path.Combine(_folder, "etc/os-release")))
        {
            file.Write("ID=fedora\n"u8);
            file.SetLength(1L << 40);
        }

        Assert.Equal("debian", Look()!.Distribution.Name);
    }

    [Fact]
    public void Hostname_is_the_first_line_that_is_no_comment()
    {
        Guest(("etc/hostname", "# set by hand\n\n  web.example.com \nother\n"));

        Assert.Equal("web.example.com", Look()!.Hostname);
    }

    [Theory]
    [InlineData("ID=debian", "ID", "debian")]
    [InlineData("ID = debian", "ID", " debian")]
    [InlineData("  NAME=\"a \\\"b\\\" \\$c\"", "NAME", "a \"b\" $c")]
    [InlineData("NAME='a\\b'", "NAME", "a\\b")]
    [InlineData("NAME=\"unfinished", "NAME", "\"unfinished")]
    [InlineData("NAME=\"", "NAME", "\"")]
    [InlineData("A=1\nA=2", "A", "2")]
    public void Assignments_are_read_as_os_release_says(string text, string name, string value) =>
        Assert.Equal(value, KeyValueFile.Parse(text)[name]);

    [Fact]
    public void Lines_that_are_no_assignment_cost_only_themselves() =>
        Assert.Equal(["B"], KeyValueFile.Parse("# A=1\n=x\nnonsense\nB=2\n\0\0\n").Keys);

    [Theory]
    [InlineData("12", 12, 0)]
    [InlineData("12.5", 12, 5)]
    [InlineData("CentOS Linux release 7.9.2009 (Core)", 7, 9)]
    [InlineData("3.18.4", 3, 18)]
    [InlineData("99999999999999999999.1", 0, 1)]
    public void Version_is_the_first_number_and_what_follows_its_dot(string text, int major, int minor) =>
        Assert.Equal(new GuestVersion(major, minor), GuestVersion.Find(text));

    [Fact]
    public void Text_without_a_digit_has_no_version() => Assert.Null(GuestVersion.Find("trixie/sid"));

    [Fact]
    public void Fields_of_fstab_are_unescaped_and_defaults_filled_in()
    {
        var entries = Entries("# comment\n\nLABEL=\"a\\040b\"\t/mnt/c\\040d ext4\n/dev/sda1 / btrfs rw,subvol=/@root,compress 0 1\r\n");

        Assert.Equal(("LABEL=a b", "/mnt/c d", "ext4"), (entries[0].Source, entries[0].Mountpoint, entries[0].Type));
        Assert.Empty(entries[0].Options);
        Assert.Equal("@root", entries[1].Subvolume);
    }

    [Fact]
    public void Broken_line_of_fstab_costs_only_itself() =>
        Assert.Equal(["/dev/sdb1"], Entries("alone\n\\\\0\n/dev/sdb1 /x\n").Select(entry => entry.Source));

    [Fact]
    public void Fstab_of_a_million_lines_is_cut() =>
        Assert.True(Entries(string.Concat(Enumerable.Repeat("/dev/sdb1 /x\n", 100_000))).Count <= 1000);

    [Fact]
    public void Snapshots_of_one_subvolume_are_a_family_even_when_that_is_gone_or_damaged()
    {
        static Guid Id(int number) => new(number, 0, 0, new byte[8]);
        var families = VirtTools.Daemon.Filesystems.SubvolumeOrigin.Families(
        [
            new(Id(1), Guid.Empty, false), new(Id(2), Id(1), true), new(Id(3), Id(2), false), new(Id(4), Id(99), false), new(Id(5), Id(6), false), new(Id(6), Id(5), false),
        ]);

        Assert.Equal([Id(1), Id(1), Id(1), Id(99)], ((int[])[1, 2, 3, 4]).Select(number => families[Id(number)]));
        Assert.Equal(families[Id(5)], families[Id(6)]);
    }

    [Theory]
    [InlineData("subvolid=256", null, 256UL)]
    [InlineData("subvolid=256,subvol=/@", "@", 256UL)]
    [InlineData("subvol=/", null, null)]
    [InlineData("subvolid=-1", null, null)]
    [InlineData("subvolid=99999999999999999999999", null, null)]
    public void Subvolume_is_named_or_numbered(string options, string? name, ulong? id)
    {
        var entry = Entries($"/dev/sda1 / btrfs {options}\n")[0];

        Assert.Equal((name, id), (entry.Subvolume, entry.SubvolumeId));
    }

    [Fact]
    public void Changed_bytes_of_a_file_never_stop_inspection()
    {
        var random = new Random(7);
        var text = "ID=debian\nVERSION_ID=\"12\"\nUUID=\"x\" / ext4 subvol=@ 0 1\n\\040"u8.ToArray();
        for (var round = 0; round < 20_000; round++)
        {
            var changed = text.ToArray();
            for (var change = 0; change < 5; change++)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            var read = VirtTools.Posix.ByteString.GetString(changed);

            Assert.NotNull(KeyValueFile.Parse(read));
            Assert.All(Entries(read), entry => Assert.NotEqual("", entry.Mountpoint));
            GuestVersion.Find(read);
        }
    }

    private static List<FstabEntry> Entries(string text) => Fstab.Parse(text.Split('\n'));

    private InspectedSystem? Look() => LinuxRoot.Recognise(Files());

    private GuestFiles Files() => new(GuestRoot.OfFolder(_folder));

    private void Guest(params (string Path, string Content)[] files)
    {
        Write("etc/fstab", "");
        Write("bin/sh", "#!");
        foreach (var (path, content) in files)
        {
            Write(path, content);
        }
    }

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, path))!);
        File.WriteAllText(Path.Combine(_folder, path), content);
    }
}
