using VirtTools.Daemon.Inspection;
using VirtTools.Daemon.Inspection.Applications;
using VirtTools.Daemon.Inspection.Linux;
using VirtTools.Daemon.Paths;

namespace VirtTools.Tests.Daemon.Applications;

/// <summary>What is read from the lists of packages that guests keep.</summary>
public sealed class ApplicationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("applications-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Packages_of_dpkg_are_those_that_are_installed()
    {
        Write("var/lib/dpkg/status", """
            Package: bsdutils
            Status: install ok installed
            Architecture: amd64
            Source: util-linux (2.38.1-5)
            Version: 1:2.38.1-5+deb12u3
            Description: basic utilities
             First line.
             .
              - item
            Homepage: https://www.kernel.org/

            Package: gone
            Status: deinstall ok config-files
            Version: 1

            Package: half
            Status: install ok half-installed
            Version: 1

            Package: adduser
            Status: install ok installed
            Version: 3.134
            """);

        var found = List("debian");

        Assert.Equal(["adduser", "bsdutils"], found.Select(application => application.App2Name));
        Assert.Equal(
            (1, "2.38.1", "5+deb12u3", "amd64", "util-linux", "basic utilities", "First line.\n.\n - item", "https://www.kernel.org/"),
            (found[1].App2Epoch, found[1].App2Version, found[1].App2Release, found[1].App2Arch, found[1].App2SourcePackage, found[1].App2Summary,
                found[1].App2Description, found[1].App2Url));
        Assert.Equal((0, "3.134", ""), (found[0].App2Epoch, found[0].App2Version, found[0].App2Release));
    }

    [Fact]
    public void Image_without_dpkg_has_a_file_for_each_package()
    {
        Write("var/lib/dpkg/status.d/base", "Package: base-files\nVersion: 12.4\nArchitecture: amd64\n");
        Write("var/lib/dpkg/status.d/base.md5sums", "Package: wrong\nVersion: 1\n");

        Assert.Equal("base-files", Assert.Single(List("debian")).App2Name);
    }

    [Fact]
    public void Packages_of_apk()
    {
        Write("lib/apk/db/installed", "C:Q1x=\nP:musl\nV:1.2.4-r2\nA:x86_64\nT:the musl c library\nU:https://musl.libc.org/\no:musl\nF:lib\nR:x\n\nP:busybox\nV:1.36.1-r5\n\n");

        var found = List("alpinelinux");

        Assert.Equal(["busybox", "musl"], found.Select(application => application.App2Name));
        Assert.Equal(
            ("1.2.4", "2", "x86_64", "the musl c library", "https://musl.libc.org/"),
            (found[1].App2Version, found[1].App2Release, found[1].App2Arch, found[1].App2Summary, found[1].App2Url));
    }

    [Fact]
    public void Packages_of_pacman()
    {
        Write("var/lib/pacman/local/ALPM_DB_VERSION", "9\n");
        Write("var/lib/pacman/local/dbus-1.14-2/desc", "%NAME%\ndbus\n\n%VERSION%\n1:1.14-2\n\n%DESC%\nmessage bus\n\n%ARCH%\nx86_64\n\n%LICENSE%\nAFL\nGPL\n\n");

        var found = Assert.Single(List("archlinux"));

        Assert.Equal(("dbus", 1, "1.14", "2", "x86_64"), (found.App2Name, found.App2Epoch, found.App2Version, found.App2Release, found.App2Arch));
    }

    [Fact]
    public void Packages_of_xbps()
    {
        Write("var/db/xbps/pkgdb-0.38.plist", """
            <?xml version="1.0" encoding="UTF-8"?>
            <plist version="1.0">
            <dict>
            	<key>_XBPS_ALTERNATIVES_</key>
            	<dict>
            		<key>vi</key>
            		<array>
            			<string>vim</string>
            		</array>
            	</dict>
            	<key>gtk+3</key>
            	<dict>
            		<key>architecture</key>
            		<string>x86_64</string>
            		<key>pkgver</key>
            		<string>gtk+3-3.24.38_1</string>
            		<key>run_depends</key>
            		<array>
            			<string>pkgver</string>
            		</array>
            		<key>short_desc</key>
            		<string>Widgets &amp; more</string>
            	</dict>
            </dict>
            </plist>
            """);

        var found = Assert.Single(List("voidlinux"));

        Assert.Equal(
            ("gtk+3", "3.24.38", "1", "x86_64", "Widgets & more"),
            (found.App2Name, found.App2Version, found.App2Release, found.App2Arch, found.App2Summary));
    }

    [Fact]
    public void Packages_of_portage()
    {
        Write("var/db/pkg/sys-libs/glibc-2.37-r7/DESCRIPTION", "GNU libc C library\n");
        Write("var/db/pkg/sys-libs/glibc-2.37-r7/CHOST", "x86_64-pc-linux-gnu\n");
        Write("var/db/pkg/dev-libs/libxml2-2.11.5/HOMEPAGE", "https://gnome.org/ https://other/\n");
        Write("var/db/pkg/world/nonsense", "");

        var found = List("gentoo");

        Assert.Equal(["dev-libs/libxml2", "sys-libs/glibc"], found.Select(application => application.App2Name));
        Assert.Equal(("2.37", "r7", "x86_64"), (found[1].App2Version, found[1].App2Release, found[1].App2Arch));
        Assert.Equal("https://gnome.org/", found[0].App2Url);
    }

    [Theory]
    [InlineData("var/lib/rpm/rpmdb.sqlite")]
    [InlineData("usr/lib/sysimage/rpm/Packages.db")]
    [InlineData("var/lib/rpm/Packages")]
    public void Packages_of_rpm_in_every_format(string path)
    {
        byte[][] headers =
        [
            SmallDatabases.RpmHeader("kernel", "6.5", "2", description: string.Concat(Enumerable.Repeat("long ", 3500))),
            SmallDatabases.RpmHeader("dbus", "1.14", "1", epoch: 1),
            SmallDatabases.RpmHeader("kernel", "6.4", "1"),
        ];
        Write(path, RpmDatabaseOf(path, headers));

        var found = List("fedora");

        Assert.Equal(["dbus 1:1.14-1", "kernel 0:6.5-2", "kernel 0:6.4-1"], found.Select(
            application => $"{application.App2Name} {application.App2Epoch}:{application.App2Version}-{application.App2Release}"));
        Assert.Equal(17_500, found[1].App2Description.Length);
        Assert.Equal(
            ("x86_64", "https://example.com/dbus", "summary of dbus", "described"),
            (found[0].App2Arch, found[0].App2Url, found[0].App2Summary, found[0].App2Description));
    }

    [Fact]
    public void Broken_new_database_of_rpm_leaves_the_old_one()
    {
        Write("var/lib/rpm/rpmdb.sqlite", new byte[8192]);
        Write("var/lib/rpm/Packages", SmallDatabases.Berkeley(SmallDatabases.RpmHeader("bash")));

        Assert.Equal("bash", Assert.Single(List("centos")).App2Name);
    }

    [Theory]
    [InlineData("1.2.3", 0, "1.2.3", "")]
    [InlineData("1.2.3_4", 0, "1.2.3", "4")]
    [InlineData("1.2.3_4,1", 1, "1.2.3", "4")]
    public void Packages_of_FreeBSD(string version, int epoch, string plain, string revision)
    {
        Write("var/db/pkg/local.sqlite", SmallDatabases.Sqlite(
            "packages",
            "id INTEGER PRIMARY KEY,origin TEXT NOT NULL,name TEXT NOT NULL,version TEXT NOT NULL,comment TEXT NOT NULL,desc TEXT NOT NULL,"
                + "arch TEXT NOT NULL,maintainer TEXT NOT NULL,www TEXT,prefix TEXT NOT NULL,UNIQUE(name)",
            [null, "shells/bash", "bash", version, "a shell", new string('d', 9000), "FreeBSD:13:amd64", "m@example.com", "https://gnu.org/", "/usr/local"]));

        var found = Assert.Single(ApplicationSources.List(Files(), SystemOf("freebsd") with { Type = "freebsd" }));

        Assert.Equal(("bash", epoch, plain, revision), (found.App2Name, found.App2Epoch, found.App2Version, found.App2Release));
        Assert.Equal(("/usr/local", "shells/bash", 9000), (found.App2InstallPath, found.App2SourcePackage, found.App2Description.Length));
    }

    [Fact]
    public void System_of_an_unknown_format_has_no_list() => Assert.Empty(List("nonesuch"));

    [Fact]
    public void Texts_are_cut_and_never_in_the_middle_of_a_character()
    {
        var text = new string('x', ApplicationBounds.LongestText - 1) + "😀😀";

        var cut = Assert.Single(ApplicationBounds.Limit([new Package { Name = text }.ToApplication()]));

        Assert.Equal(ApplicationBounds.LongestText - 1, cut.App2Name.Length);
    }

    [Fact]
    public void Endless_list_comes_to_an_end()
    {
        static IEnumerable<Application2> Endless()
        {
            while (true)
            {
                yield return new Package { Name = "again", Description = new string('x', 30_000) }.ToApplication();
            }
        }

        Assert.InRange(ApplicationBounds.Limit(Endless()).Count(), 1000, ApplicationBounds.MostApplications);
    }

    [Fact]
    public void Chain_of_pages_that_is_a_loop_ends()
    {
        var file = SmallDatabases.Berkeley(SmallDatabases.RpmHeader("kernel", description: new string('x', 30_000)), SmallDatabases.RpmHeader("bash"));
        // The second page of the chain leads back to itself.
        file[3 * SmallDatabases.PageSize + 16] = 3;
        Write("var/lib/rpm/Packages", file);

        Assert.Contains("bash", List("centos").Select(application => application.App2Name));
    }

    [Fact]
    public void Tree_of_pages_that_is_a_loop_ends()
    {
        var file = SmallDatabases.Sqlite("Packages", "hnum INTEGER, blob BLOB", [1L, SmallDatabases.RpmHeader("bash")]);
        // The table's page becomes a branch that leads to itself and to the list of tables.
        var page = file.AsSpan(SmallDatabases.PageSize);
        page.Clear();
        page[0] = 5;
        page[11] = 2;
        Write("var/lib/rpm/rpmdb.sqlite", file);

        Assert.Empty(List("fedora"));
    }

    [Theory]
    [InlineData("var/lib/rpm/rpmdb.sqlite")]
    [InlineData("var/lib/rpm/Packages.db")]
    [InlineData("var/lib/rpm/Packages")]
    public void Changed_bytes_of_a_database_never_stop_the_list(string path)
    {
        var random = new Random(11);
        var whole = RpmDatabaseOf(path, [SmallDatabases.RpmHeader("kernel", description: new string('x', 9000)), SmallDatabases.RpmHeader("bash", epoch: 2)]);
        for (var round = 0; round < 1500; round++)
        {
            var changed = whole[..(round % 3 == 0 ? random.Next(whole.Length) : whole.Length)];
            for (var change = 0; change < 8 && changed.Length > 0; change++)
            {
                // Most of what is worth breaking lies at the start of a page.
                var place = random.Next(2) == 0 ? random.Next(changed.Length) : Math.Min(changed.Length - 1, random.Next(3) * SmallDatabases.PageSize + random.Next(150));
                changed[place] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
            }

            Write(path, changed);

            Assert.InRange(List("fedora").Count, 0, 1000);
        }
    }

    [Fact]
    public void Nesting_of_any_depth_is_only_counted()
    {
        var lines = Enumerable.Repeat("<dict>", 1_000_000).Append("<key>pkgver</key>").Append("<string>deep-1_1</string>").Concat(Enumerable.Repeat("</dict>", 1_000_000))
            .Concat(["<dict>", "<key>a</key>", "<dict>", "<key>pkgver</key>", "<string>flat-1_1</string>", "</dict>", "</dict>"]);

        Assert.Equal("flat", Assert.Single(XbpsDatabase.Packages(lines)).App2Name);
    }

    [Fact]
    public void File_gives_no_more_than_its_allowance()
    {
        Write("x", new byte[1000]);
        using var file = Files().Open("/x", 150)!;
        var buffer = new byte[100];

        Assert.True(file.TryRead(900, buffer));
        Assert.False(file.TryRead(0, buffer));
        Assert.Null(file.TryRead(0, 1L << 40));
    }

    [Fact]
    public void Device_and_pipe_are_no_lists()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "var/lib/dpkg"));
        File.CreateSymbolicLink(Path.Combine(_folder, "var/lib/dpkg/status"), "/../../../../../../proc/kmsg");

        Assert.Empty(List("debian"));
    }

    private static byte[] RpmDatabaseOf(string path, byte[][] headers) => Path.GetFileName(path) switch
    {
        "rpmdb.sqlite" => SmallDatabases.Sqlite(
            "Packages", "hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL", [.. headers.Select(header => (object?[])[null, header])]),
        "Packages.db" => SmallDatabases.Ndb(headers),
        _ => SmallDatabases.Berkeley(headers),
    };

    private static InspectedSystem SystemOf(string distribution) => new() { Type = "linux", Distribution = Distribution.Named(distribution) };

    private GuestFiles Files() => new(GuestRoot.OfFolder(_folder));

    private List<Application2> List(string distribution) => ApplicationSources.List(Files(), SystemOf(distribution));

    private void Write(string path, string content) => Write(path, System.Text.Encoding.UTF8.GetBytes(content));

    private void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder, path))!);
        File.WriteAllBytes(Path.Combine(_folder, path), content);
    }
}
