using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using VirtTools.Posix;

namespace VirtTools.Tests.Commands;

/// <summary>Whatever the appliance answers, what comes out is well formed: it may have been taken over by its guest.</summary>
public sealed class InspectionFuzzTests
{
    private static readonly string[] Pieces =
    [
        "", "a", "<", ">", "&", "\"", "'", "]]>", "<!--", "--", "\0", "\x01", "\x1b[31m", "\t", "\r", "\n", "\r\n", "\x7f", "\u0085", "\u202e", "\u2028",
        "\ufffe", "\uffff", "\ufeff", "\udc80", "\udcff", "ä", "日本", "😀", "unknown", "/dev/sda1", "&#0;", "{\"", "\\", "\\u0000", "%s%n",
    ];

    [Fact]
    public async Task Any_answer_makes_well_formed_xml_and_json()
    {
        var random = new Random(5);
        for (var round = 0; round < 150; round++)
        {
            using var guest = Hostile(random);

            var xml = (await guest.PrintAsync("--xml")).Output;
            var json = (await guest.PrintAsync("--json")).Output;

            Assert.Equal("operatingsystems", Parse(xml).Root!.Name.LocalName);
            using var document = JsonDocument.Parse(json);
            Assert.Equal(1, document.RootElement.GetProperty("operatingSystems").GetArrayLength());
        }
    }

    [Fact]
    public async Task Table_is_text_of_whole_lines_without_control_characters()
    {
        var random = new Random(6);
        for (var round = 0; round < 100; round++)
        {
            using var guest = Hostile(random);
            var captured = new CapturedStreams("virt-inspector");

            await guest.PrintAsync(captured.Streams with { HasOutputTerminal = true });

            Assert.DoesNotContain(captured.Output, c => (char.IsControl(c) && c != '\n') || c == '\u202e');
            Assert.True(ByteString.IsValidUtf8(captured.Output));
        }
    }

    [Fact]
    public async Task Invalid_bytes_are_replaced_in_xml_and_kept_in_json()
    {
        using var guest = new InspectedFake().Text("inspect_get_hostname", "inv\udcffalid\x01");

        var system = Parse((await guest.PrintAsync()).Output).Root!.Element("operatingsystem")!;
        using var json = JsonDocument.Parse((await guest.PrintAsync("--json")).Output);

        Assert.Equal("inv\ufffdalid\ufffd", system.Element("hostname")!.Value);
        var bytes = json.RootElement.GetProperty("operatingSystems")[0].GetProperty("hostnameBase64").GetBytesFromBase64();
        Assert.Equal([.. "inv"u8, 0xFF, .. "alid"u8, 1], bytes);
    }

    [Fact]
    public async Task Long_lists_are_printed_whole()
    {
        using var guest = new InspectedFake { Applications = () => [.. Enumerable.Range(0, 50_000).Select(i => InspectedFake.Application($"a{i}"))] };

        var system = Parse((await guest.PrintAsync()).Output).Root!.Element("operatingsystem")!;

        Assert.Equal(50_000, system.Element("applications")!.Elements().Count());
    }

    [Fact]
    public async Task Guest_that_fails_at_everything_still_makes_a_document()
    {
        using var guest = new InspectedFake();
        foreach (var action in (string[])
            ["type", "arch", "distro", "product_name", "product_variant", "build_id", "package_format", "package_management", "hostname", "mountpoints",
                "filesystems", "drive_mappings", "major_version", "minor_version"])
        {
            guest.Fail("inspect_get_" + action, "EINVAL", "no");
        }

        var streams = await guest.PrintAsync();

        Assert.Equal(["root", "major_version", "minor_version", "mountpoints", "filesystems", "applications"],
            Parse(streams.Output).Root!.Element("operatingsystem")!.Elements().Select(element => element.Name.LocalName));
        Assert.InRange(streams.Streams.ComplaintCount, 10, 20);
    }

    private static InspectedFake Hostile(Random random)
    {
        var guest = new InspectedFake(random.Next(2) == 0 ? "windows" : Text(random))
        {
            Osinfo = Text(random),
            Icon = [.. Enumerable.Range(0, random.Next(200)).Select(i => (byte)random.Next(256))],
            Applications = () => [.. Enumerable.Range(0, random.Next(5)).Select(i => new Application2(
                Text(random), Text(random), random.Next() - (int.MaxValue / 2), Text(random), Text(random), Text(random), Text(random), Text(random), Text(random),
                Text(random), Text(random), Text(random), Text(random), Text(random), Text(random), Text(random), Text(random)))],
        };
        foreach (var action in (string[])
            [
                "inspect_get_arch", "inspect_get_distro", "inspect_get_product_name", "inspect_get_product_variant", "inspect_get_build_id",
                "inspect_get_package_format", "inspect_get_package_management", "inspect_get_hostname", "inspect_get_windows_systemroot",
                "inspect_get_windows_current_control_set", "inspect_get_windows_software_hive", "inspect_get_windows_system_hive", "vfs_type", "vfs_label",
                "vfs_uuid",
            ])
        {
            if (random.Next(6) == 0)
            {
                guest.Fail(action, "EINVAL", Text(random));
            }
            else
            {
                guest.Text(action, Text(random));
            }
        }

        guest.Number("inspect_get_major_version", random.Next(int.MinValue, int.MaxValue));
        guest.Pairs("inspect_get_mountpoints", Pairs(random)).Pairs("inspect_get_drive_mappings", Pairs(random));
        guest.Guest.List("inspect_os", "/dev/" + Text(random)).List("inspect_get_filesystems", [.. Pairs(random).Select(pair => "/dev/" + pair.Key)]);
        return guest;
    }

    // A hash table has each key once.
    private static (string Key, string Value)[] Pairs(Random random) =>
        [.. Enumerable.Range(0, random.Next(5)).Select(i => ($"{Text(random)}{i}", "/dev/" + Text(random)))];

    private static string Text(Random random)
    {
        var text = new StringBuilder();
        for (var i = random.Next(5); i > 0; i--)
        {
            text.Append(Pieces[random.Next(Pieces.Length)]);
        }

        return text.ToString();
    }

    private static XDocument Parse(string text)
    {
        // Without the check for characters off: the parser is as strict as the specification.
        using var reader = XmlReader.Create(new StringReader(text), new() { CheckCharacters = true });
        return XDocument.Load(reader);
    }
}
