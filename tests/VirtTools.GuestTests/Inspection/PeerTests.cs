using System.Globalization;
using System.Text;
using VirtTools.Fixtures;
using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Parity;
using VirtTools.Fixtures.Store;

namespace VirtTools.GuestTests.Inspection;

/// <summary>The original inspects the same guests; where it says something else, the difference is in the table here, and in docs/parity.md with its reason.</summary>
[Trait("Tier", "Peers")]
public sealed class PeerTests(LayoutGuest guest) : IClassFixture<LayoutGuest>
{
    private static readonly string[] Facts =
    [
        "type", "distro", "product-name", "product-variant", "major-version", "minor-version", "arch", "hostname", "package-format",
        "package-management", "osinfo", "mountpoints",
    ];

    // The original reads every line of its fstab through augeas and has not come to an end after a quarter of an hour.
    private const string Hostile = "layout-hostile";

    /// <summary>Layout, then facts that differ; all of them where the original finds no system there.</summary>
    private static readonly Dictionary<string, string[]> Known = new()
    {
        ["layout-alma #2"] = ["distro", "product-name", "osinfo"],
        ["layout-ubuntu #1"] = ["mountpoints"],
        ["layout-gentoo #1"] = ["hostname"],
        ["layout-flatcar #3"] = ["distro", "osinfo"],
        ["layout-nixos #1"] = Facts,
        ["layout-freebsd #1"] = ["package-format", "package-management"],
        ["layout-openbsd #1"] = Facts,
        ["layout-freedos #1"] = ["product-name"],
        ["layout-multiboot #2"] = ["distro", "package-format", "package-management", "osinfo", "mountpoints"],
        ["layout-usr #1"] = ["distro", "product-name", "major-version", "arch", "package-format", "package-management", "osinfo"],
        ["layout-fedora btrfsvol:#2/root"] = ["mountpoints"],
        ["layout-opensuse #1"] = ["mountpoints"],
        ["layout-array /dev/md127"] = ["mountpoints"],
    };

    private static IEnumerable<Layout> Compared => Layouts.All.Where(layout => layout.Fixture != Hostile);

    [Fact]
    public void Original_says_the_same_of_every_layout_but_for_what_is_known()
    {
        var theirs = AskTheOriginal();
        var differing = new StringBuilder();
        foreach (var layout in Compared)
        {
            var root = Layouts.On(layout, layout.Root);
            foreach (var fact in Facts.Where(fact => !Known.GetValueOrDefault(layout.ToString(), []).Contains(fact)))
            {
                var ours = Ours(root, fact);
                var other = theirs.GetValueOrDefault($"{root} {fact}", "(nothing)");
                if (ours != other)
                {
                    differing.AppendLine(CultureInfo.InvariantCulture, $"{layout} {fact}: ours {ours}, the original's {other}");
                }
            }
        }

        Assert.True(differing.Length == 0, differing.ToString());
    }

    [Fact]
    public void Original_lists_the_same_applications()
    {
        // Of RPM it listed none in these guests: what is listed there is held against what was put in, by LayoutTests.
        var layouts = Compared.Where(layout => layout.Applications > 0 && layout.Packages.Split(' ')[0] is "deb" or "pacman" or "apk").ToList();
        var script = new StringBuilder("run\ninspect-os\n");
        foreach (var root in layouts.Select(layout => Layouts.On(layout, layout.Root)))
        {
            script.Append(CultureInfo.InvariantCulture, $"mount-ro {root} /\necho @{root}\n-inspect-list-applications2 {root}\numount-all\n");
        }

        var theirs = Parts(RunOriginal(script));

        Assert.All(layouts, layout =>
        {
            var root = Layouts.On(layout, layout.Root);
            guest.Handle.UmountAll();
            guest.Handle.MountRo(root, "/");
            var ours = guest.Handle.InspectListApplications2(root);
            guest.Handle.UmountAll();
            Assert.Equal(theirs[root], string.Concat(ours.Select(application => WithoutPackager(layout, application)).Select(Shown)).TrimEnd());
        });
    }

    private static Application2 WithoutPackager(Layout layout, Application2 application) =>
        layout.Packages.StartsWith("pacman", StringComparison.Ordinal) ? application with { App2Publisher = "" } : application;

    // As guestfish prints a struct; what the original's version calls spare1 has become the class.
    private static string Shown(Application2 application, int index) => $$"""
        [{{index}}] = {
          app2_name: {{application.App2Name}}
          app2_display_name: {{application.App2DisplayName}}
          app2_epoch: {{application.App2Epoch}}
          app2_version: {{application.App2Version}}
          app2_release: {{application.App2Release}}
          app2_arch: {{application.App2Arch}}
          app2_install_path: {{application.App2InstallPath}}
          app2_trans_path: {{application.App2TransPath}}
          app2_publisher: {{application.App2Publisher}}
          app2_url: {{application.App2Url}}
          app2_source_package: {{application.App2SourcePackage}}
          app2_summary: {{application.App2Summary}}
          app2_description: {{application.App2Description}}
          app2_spare1: {{application.App2Class}}
          app2_spare2: {{application.App2Spare2}}
          app2_spare3: {{application.App2Spare3}}
          app2_spare4: {{application.App2Spare4}}
        }

        """;

    private string Ours(string root, string fact)
    {
        var handle = guest.Handle;
        return fact switch
        {
            "type" => handle.InspectGetType(root),
            "distro" => handle.InspectGetDistro(root),
            "product-name" => handle.InspectGetProductName(root),
            "product-variant" => handle.InspectGetProductVariant(root),
            "major-version" => $"{handle.InspectGetMajorVersion(root)}",
            "minor-version" => $"{handle.InspectGetMinorVersion(root)}",
            "arch" => handle.InspectGetArch(root),
            "hostname" => handle.InspectGetHostname(root),
            "package-format" => handle.InspectGetPackageFormat(root),
            "package-management" => handle.InspectGetPackageManagement(root),
            "osinfo" => handle.InspectGetOsinfo(root),
            _ => string.Join(' ', handle.InspectGetMountpoints(root).OrderBy(mount => mount.Key, StringComparer.Ordinal).Select(mount => $"{mount.Key}: {mount.Value}")),
        };
    }

    private static Dictionary<string, string> AskTheOriginal()
    {
        var script = new StringBuilder("run\necho roots\ninspect-os\n");
        foreach (var root in Compared.Select(layout => Layouts.On(layout, layout.Root)))
        {
            foreach (var fact in Facts)
            {
                script.Append(CultureInfo.InvariantCulture, $"echo @{root} {fact}\n-inspect-get-{fact} {root}\n");
            }
        }

        return Parts(RunOriginal(script)).ToDictionary(
            part => part.Key, part => string.Join(' ', part.Value.Split('\n').Order(StringComparer.Ordinal)));
    }

    // What follows each line that begins with the mark.
    private static Dictionary<string, string> Parts(string text) =>
        text.Split("\n@").Skip(1).Select(part => part.Split('\n', 2)).ToDictionary(lines => lines[0], lines => lines.ElementAtOrDefault(1)?.TrimEnd() ?? "");

    private static string RunOriginal(StringBuilder script) => OriginalProgram.Run(
        "guestfish", new ProgramInput(script.ToString()),
        [.. Layouts.Disks.Select(Harmless).SelectMany(disk => (string[])["--ro", $"--format={disk.Format}", "-a", disk.Path])]).Text;

    // A blank disk in place of the hostile one, so that the others keep their letters.
    private static FixtureDisk Harmless(FixtureDisk disk) =>
        GuestImages.Named(Hostile).Get().Contains(disk) ? new(GuestImages.Named("blank").GetPath(), "raw") : disk;
}
