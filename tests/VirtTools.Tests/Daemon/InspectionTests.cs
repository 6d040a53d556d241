using VirtTools.Daemon.Inspection;
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
    [InlineData("photon", "VMware Photon OS/Linux", "VMware Photon OS", "VMware Photon OS 4.0", "unknown")]
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
        var entries = Fstab.Parse("# comment\n\nLABEL=\"a\\040b\"\t/mnt/c\\040d ext4\n/dev/sda1 / btrfs rw,subvol=/@root,compress 0 1\r\n");

        Assert.Equal(("LABEL=a b", "/mnt/c d", "ext4"), (entries[0].Source, entries[0].Mountpoint, entries[0].Type));
        Assert.Empty(entries[0].Options);
        Assert.Equal("@root", entries[1].Subvolume);
    }

    [Fact]
    public void Broken_line_of_fstab_costs_only_itself() =>
        Assert.Equal(["/dev/sdb1"], Fstab.Parse("alone\n\\\\0\n/dev/sdb1 /x\n").Select(entry => entry.Source));

    [Fact]
    public void Fstab_of_a_million_lines_is_cut() =>
        Assert.True(Fstab.Parse(string.Concat(Enumerable.Repeat("/dev/sdb1 /x\n", 100_000))).Count <= 1000);

    [Fact]
    public void Snapshot_is_told_by_its_parent()
    {
        Assert.True(BtrfsSnapshot.HasParent("snap\n\tName: \t\t\tsnap\n\tParent UUID: \t\t61b8a3d2-0000-4000-8000-000000000000\n"));
        Assert.False(BtrfsSnapshot.HasParent("@\n\tName: \t\t\t@\n\tParent UUID: \t\t-\n"));
        Assert.False(BtrfsSnapshot.HasParent(""));
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
            Assert.All(Fstab.Parse(read), entry => Assert.NotEqual("", entry.Mountpoint));
            GuestVersion.Find(read);
        }
    }

    private InspectedSystem? Look() => LinuxRoot.Recognise(new GuestFiles(GuestRoot.OfFolder(_folder)));

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
