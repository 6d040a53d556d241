using System.Text;
using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Parity;

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

    /// <summary>Fixture, then facts that differ; <c>root</c> where the original finds none there.</summary>
    private static readonly Dictionary<string, string[]> Known = new();

    [Fact]
    public void Original_says_the_same_of_every_layout_but_for_what_is_known()
    {
        var theirs = AskTheOriginal();
        var differing = new StringBuilder();
        foreach (var layout in Layouts.All)
        {
            var root = Layouts.On(layout, layout.Root);
            foreach (var fact in Facts.Where(fact => !Known.GetValueOrDefault(layout.ToString(), []).Contains(fact)))
            {
                var ours = Ours(root, fact);
                var other = theirs.GetValueOrDefault($"{root} {fact}", "(nothing)");
                if (ours != other)
                {
                    differing.AppendLine($"{layout} {fact}: ours {ours}, the original's {other}");
                }
            }
        }

        Assert.Equal("", differing.ToString());
    }

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
        foreach (var root in Layouts.All.Select(layout => Layouts.On(layout, layout.Root)))
        {
            foreach (var fact in Facts)
            {
                script.Append($"echo @{root} {fact}\n-inspect-get-{fact} {root}\n");
            }
        }

        var result = OriginalProgram.Run(
            "guestfish", new ProgramInput(script.ToString()),
            [.. Layouts.Disks.SelectMany(disk => (string[])["--ro", $"--format={disk.Format}", "-a", disk.Path])]);
        return result.Text.Split("\n@").Skip(1).Select(part => part.TrimEnd().Split('\n')).ToDictionary(
            lines => lines[0].TrimStart('@'),
            lines => string.Join(' ', lines.Skip(1).Order(StringComparer.Ordinal)));
    }
}
