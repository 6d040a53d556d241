using System.Text.Json;
using System.Xml.Linq;

namespace VirtTools.Tests.Commands;

public sealed class InspectionJobTests
{
    [Fact]
    public async Task Xml_has_the_elements_of_the_original_in_its_order()
    {
        using var guest = InspectedFake.Windows();

        var streams = await guest.PrintAsync();

        Assert.Equal(
            """
            <?xml version="1.0"?>
            <operatingsystems>
              <operatingsystem>
                <root>/dev/sda2</root>
                <name>windows</name>
                <arch>x86_64</arch>
                <distro>windows</distro>
                <product_name>Windows 10 Pro</product_name>
                <product_variant>Client</product_variant>
                <major_version>10</major_version>
                <minor_version>0</minor_version>
                <windows_systemroot>/Windows</windows_systemroot>
                <windows_current_control_set>ControlSet001</windows_current_control_set>
                <hostname>desktop</hostname>
                <osinfo>win11</osinfo>
                <mountpoints>
                  <mountpoint dev="/dev/sda2">/</mountpoint>
                </mountpoints>
                <filesystems>
                  <filesystem dev="/dev/sda2">
                    <type>ntfs</type>
                    <label>Windows</label>
                    <uuid>0123456789ABCDEF</uuid>
                  </filesystem>
                </filesystems>
                <drive_mappings>
                  <drive_mapping name="C">/dev/sda2</drive_mapping>
                  <drive_mapping name="E">/dev/sdb1</drive_mapping>
                </drive_mappings>
                <applications>
                  <application>
                    <name>7-Zip</name>
                    <display_name>7-Zip 23.01</display_name>
                    <version>23.01</version>
                    <install_path>C:\7-Zip\</install_path>
                  </application>
                </applications>
              </operatingsystem>
            </operatingsystems>

            """,
            streams.Output);
        Assert.Equal("", streams.Error);
    }

    [Fact]
    public async Task What_is_unknown_has_no_element()
    {
        using var guest = new InspectedFake();

        var system = XDocument.Parse((await guest.PrintAsync("--no-applications")).Output).Root!.Element("operatingsystem")!;

        Assert.Equal(
            ["root", "name", "major_version", "minor_version", "mountpoints", "filesystems"], system.Elements().Select(element => element.Name.LocalName));
    }

    [Fact]
    public async Task Without_applications_and_icon_nothing_is_mounted()
    {
        using var guest = new InspectedFake { Icon = [1] };

        var streams = await guest.PrintAsync("--no-applications", "--no-icon");

        Assert.DoesNotContain("mount_ro", guest.Guest.Calls);
        Assert.DoesNotContain("<icon>", streams.Output);
        Assert.DoesNotContain("<applications", streams.Output);
    }

    [Fact]
    public async Task Icon_is_base64_in_lines()
    {
        using var guest = new InspectedFake { Icon = [.. Enumerable.Range(0, 100).Select(i => (byte)i)] };

        var system = XDocument.Parse((await guest.PrintAsync("--no-applications")).Output).Root!.Element("operatingsystem")!;

        Assert.Equal([72, 64], system.Element("icon")!.Value.Split('\n').Select(line => line.TrimEnd().Length));
        Assert.Equal(guest.Icon, Convert.FromBase64String(system.Element("icon")!.Value));
    }

    [Fact]
    public async Task File_systems_are_mounted_shorter_paths_first_and_unmounted()
    {
        using var guest = new InspectedFake().Pairs("inspect_get_mountpoints", ("/usr/local", "/dev/sda4"), ("/", InspectedFake.Root), ("/usr", "/dev/sda3"));
        var mounted = new List<string>();
        guest.Guest.On("mount_ro", (ref arguments, _) =>
        {
            arguments.ReadString();
            mounted.Add(arguments.ReadString());
            return null;
        });

        await guest.PrintAsync();

        Assert.Equal(["/", "/usr", "/usr/local"], mounted);
        Assert.Contains("umount_all", guest.Guest.Calls);
    }

    [Fact]
    public async Task Root_that_does_not_mount_costs_applications_and_icon()
    {
        using var guest = new InspectedFake { Applications = () => throw new InvalidOperationException("not mounted") };
        guest.Fail("mount_ro", "EINVAL", "bad superblock");

        var streams = await guest.PrintAsync();

        Assert.Contains("<root>/dev/sda2</root>", streams.Output);
        Assert.DoesNotContain("<applications", streams.Output);
        Assert.Contains("disk.img: /dev/sda2: applications and icon cannot be read: mount_ro: bad superblock", streams.Error);
        Assert.Equal(1, streams.Streams.ComplaintCount);
    }

    [Fact]
    public async Task Fact_that_fails_is_a_complaint_and_the_rest_is_told()
    {
        using var guest = InspectedFake.Windows().Fail("inspect_get_hostname", "EIO", "the disk is broken");

        var streams = await guest.PrintAsync();

        Assert.Contains("<product_name>Windows 10 Pro</product_name>", streams.Output);
        Assert.DoesNotContain("<hostname>", streams.Output);
        Assert.Contains("the disk is broken", streams.Error);
    }

    [Fact]
    public async Task Registry_that_does_not_say_is_no_failure()
    {
        using var guest = InspectedFake.Windows().Fail("inspect_get_windows_current_control_set", "EINVAL", "does not say")
            .Fail("inspect_get_windows_group_policy", "ENOTSUP", "an older daemon");

        var streams = await guest.PrintAsync("--json");

        using var json = JsonDocument.Parse(streams.Output);
        var windows = json.RootElement.GetProperty("operatingSystems")[0].GetProperty("windows");
        Assert.Equal(JsonValueKind.Null, windows.GetProperty("currentControlSet").ValueKind);
        Assert.Equal(JsonValueKind.Null, windows.GetProperty("groupPolicy").ValueKind);
        Assert.Equal("/Windows", windows.GetProperty("systemRoot").GetString());
        Assert.Equal("", streams.Error);
    }

    [Fact]
    public async Task Guest_without_an_operating_system_makes_an_empty_document_and_a_warning()
    {
        using var guest = new InspectedFake();
        guest.Guest.List("inspect_os");
        guest.Pairs("list_filesystems", ("/dev/sda1", "ext4"), ("/dev/sda2", "swap"));

        var streams = await guest.PrintAsync();

        Assert.Equal("<?xml version=\"1.0\"?>\n<operatingsystems/>\n", streams.Output);
        Assert.Equal(
            "virt-inspector: warning: disk.img: no operating system found; there are file systems on /dev/sda1 (ext4)\n", streams.Error);
        Assert.Equal(0, streams.Streams.ComplaintCount);
        Assert.Equal("{\"operatingSystems\":[]}\n", (await guest.PrintAsync("--json")).Output);
    }

    [Fact]
    public async Task Appliance_that_dies_ends_the_command()
    {
        using var guest = new InspectedFake().Fail("inspect_get_arch", "ENOTCONN", "the appliance is gone");

        await Assert.ThrowsAsync<GuestfsException>(() => guest.PrintAsync());
    }

    [Fact]
    public async Task Json_has_the_documented_properties()
    {
        using var guest = InspectedFake.Windows();

        using var json = JsonDocument.Parse((await guest.PrintAsync("--json")).Output);

        var system = json.RootElement.GetProperty("operatingSystems")[0];
        Assert.Equal(
            [
                "root", "type", "architecture", "distribution", "osinfo", "productName", "productVariant", "majorVersion", "minorVersion", "buildId",
                "packageFormat", "packageManagement", "hostname", "windows", "mountpoints", "filesystems", "driveMappings", "applications", "icon",
            ],
            system.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("22631", 10), (system.GetProperty("buildId").GetString(), system.GetProperty("majorVersion").GetInt32()));
        Assert.Equal(JsonValueKind.Null, system.GetProperty("packageFormat").ValueKind);
        Assert.True(system.GetProperty("windows").GetProperty("groupPolicy").GetBoolean());
        Assert.Equal("C", system.GetProperty("driveMappings")[0].GetProperty("drive").GetString());
        Assert.Equal("7-Zip 23.01", system.GetProperty("applications")[0].GetProperty("displayName").GetString());
    }

    [Fact]
    public async Task Terminal_gets_a_short_table_unless_xml_is_asked_for()
    {
        using var guest = InspectedFake.Windows();
        var captured = new CapturedStreams("virt-inspector");
        var terminal = captured.Streams with { HasOutputTerminal = true };

        await guest.PrintAsync(terminal);

        Assert.Equal(
            """
            Root            /dev/sda2
            Product         Windows 10 Pro
            Variant         Client
            System          windows / win11
            Version         10.0 (build 22631)
            Architecture    x86_64
            Host name       desktop
            Windows folder  /Windows
            Group policy    yes
            Mounted         / from /dev/sda2
            File systems    /dev/sda2, ntfs, label Windows
            Drives          C: is /dev/sda2
                            E: is /dev/sdb1
            Applications    1 (--json and --xml list them)

            """,
            captured.Output);

        await guest.PrintAsync(terminal, "--xml");

        Assert.Contains("<operatingsystems>", captured.Output);
    }
}
