using System.Text.Json;
using VirtTools.Images;
using VirtTools.Launch;
using VirtTools.Posix;

namespace VirtTools.Tests.Launch;

public sealed class QemuCommandLineTests : IDisposable
{
    private static readonly QemuPlan Plan = new(
        new QemuBinary("/usr/bin/qemu-system-x86_64", "/usr/bin/qemu-system-x86_64", IsWrapper: false, "id"), Accelerator.Tcg, "pc-q35-7.2", Sandbox: true);

    private readonly List<ImageLayer> layers = [];

    public void Dispose() => layers.ForEach(layer => layer.Dispose());

    [Fact]
    public void Drives_are_scsi_disks_at_the_number_of_their_order()
    {
        var line = Build([Drive(0), Drive(1), Drive(254)]);

        Assert.All([0, 1, 254], number => Assert.Contains(
            $"scsi-hd,id=drive{number},bus=scsi0.0,channel=0,scsi-id={number},lun=0,share-rw=on,drive=drive{number}-0,werror=report,rerror=report", line.Arguments));
    }

    [Fact]
    public void The_256th_drive_is_refused_before_qemu_starts()
    {
        var drives = Enumerable.Range(0, 256).Select(Drive).ToArray();

        var failure = Assert.Throws<LaunchException>(() => Build(drives));

        Assert.Contains("room for 255", failure.Message);
    }

    [Fact]
    public void A_drive_is_reached_through_a_descriptor_that_qemu_inherits()
    {
        var line = Build([Drive(0) with { Interface = DriveInterface.Virtio, Serial = "a,b" }]);

        Assert.Contains("virtio-blk-pci,id=drive0,addr=0x8,drive=drive0-0,werror=report,rerror=report,serial=a,,b", line.Arguments);
        Assert.Equal(2, line.Inherited.Count);
        var inherited = line.Inherited[1];
        Assert.Equal(QemuDescriptors.FirstLayer + 1, inherited.Descriptor);
        Assert.Contains($"fd={inherited.Descriptor},set={inherited.Set.Set}", line.Arguments);
    }

    [Fact]
    public void A_drive_on_ide_hangs_on_an_ahci_controller()
    {
        var line = Build([Drive(0) with { Interface = DriveInterface.Ide }, Drive(1) with { Interface = DriveInterface.Ide }]);

        Assert.Single(line.Arguments, argument => argument.StartsWith("ahci,", StringComparison.Ordinal));
        Assert.Contains("ide-hd,id=drive1,bus=ahci0.1,drive=drive1-0,werror=report,rerror=report", line.Arguments);
    }

    [Fact]
    public void Too_many_drives_on_one_kind_of_bus_are_refused()
    {
        var drives = Enumerable.Range(0, 7).Select(index => Drive(index) with { Interface = DriveInterface.Ide }).ToArray();

        Assert.Contains("iface=ide", Assert.Throws<LaunchException>(() => Build(drives)).Message);
    }

    [Fact]
    public void The_root_image_is_a_read_only_virtio_disk_with_a_fixed_place()
    {
        var arguments = Build([]).Arguments;

        Assert.Contains("virtio-blk-pci,drive=root-0,serial=virttools-root,addr=0x1e", arguments);
        var node = JsonDocument.Parse(arguments.Single(argument => argument.Contains("\"node-name\":\"root-0-file\""))).RootElement;
        Assert.True(node.GetProperty("read-only").GetBoolean());
        Assert.Equal("off", node.GetProperty("locking").GetString());
    }

    [Fact]
    public void The_machine_starts_stopped_and_without_what_nobody_asked_for()
    {
        var arguments = Build([]).Arguments;

        Assert.Contains("-S", arguments);
        Assert.Contains("-nodefaults", arguments);
        Assert.Contains("-no-user-config", arguments);
        Assert.DoesNotContain("-netdev", arguments);
        Assert.Contains("on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny", arguments);
    }

    [Fact]
    public void The_network_is_there_when_asked_for()
    {
        var configuration = Configuration([]) with { Network = true };

        var line = Build(configuration);

        Assert.Contains("-netdev", line.Arguments);
        Assert.Contains("guestfs_network=1", Options(line));
    }

    [Fact]
    public void Kernel_options_are_those_of_the_original_with_the_callers_last()
    {
        var quiet = Options(Build(Configuration([]) with { Append = "extra=1" }));
        var verbose = Options(Build(Configuration([]) with { Verbose = true }));

        Assert.Contains("root=UUID=11111111-2222-3333-4444-555555555555", quiet);
        Assert.Contains("selinux=0", quiet);
        Assert.Contains("quiet", quiet);
        Assert.Equal("extra=1", quiet[^1]);
        Assert.Contains("guestfs_verbose=1", verbose);
        Assert.DoesNotContain("quiet", verbose);
    }

    [Fact]
    public void Extra_parameters_come_last_and_unchanged()
    {
        var configuration = Configuration([]) with { ExtraParameters = [new("-device", "pvpanic"), new("-enable-thing", null)] };

        var arguments = Build(configuration).Arguments;

        Assert.Equal(["-device", "pvpanic", "-enable-thing"], arguments.Skip(arguments.Count - 3));
    }

    [Fact]
    public void Every_device_has_a_pci_slot_of_its_own()
    {
        var drives = Enumerable.Range(0, 21).Select(index => Drive(index) with { Interface = DriveInterface.Virtio })
            .Append(Drive(21) with { Interface = DriveInterface.Ide }).ToArray();

        var line = Build(Configuration(drives) with { Network = true, Mailbox = Layer(readOnly: false).Handle });

        var slots = line.Arguments.SelectMany(argument => argument.Split(',')).Where(part => part.StartsWith("addr=", StringComparison.Ordinal)).ToArray();
        Assert.Equal(28, slots.Length);
        Assert.Equal(slots.Length, slots.Distinct().Count());
    }

    [Fact]
    public void Mailbox_is_a_disk_without_locks_and_flushes_behind_the_same_address_whatever_the_drives()
    {
        var arguments = Build(Configuration([Drive(0), Drive(1)]) with { Mailbox = Layer(readOnly: false).Handle }).Arguments;

        Assert.Contains("virtio-blk-pci,drive=mailbox-0,serial=virttools-mailbox,addr=0x1d", arguments);
        var file = Assert.Single(arguments, argument => argument.Contains("\"mailbox-0-file\"", StringComparison.Ordinal) && argument.Contains("fdset", StringComparison.Ordinal));
        Assert.Contains("\"locking\":\"off\"", file);
        Assert.Contains("\"read-only\":false", file);
        Assert.Contains("\"no-flush\":true", file);
    }

    [Fact]
    public void An_appliance_that_is_not_ours_gets_no_mailbox() =>
        Assert.DoesNotContain(Build([Drive(0)]).Arguments, argument => argument.Contains("mailbox", StringComparison.Ordinal));

    private static string[] Options(QemuCommandLine line)
    {
        var arguments = line.Arguments.ToList();
        return arguments[arguments.IndexOf("-append") + 1].Split(' ');
    }

    private QemuCommandLine Build(IReadOnlyList<LaunchDrive> drives) => Build(Configuration(drives));

    private QemuCommandLine Build(LaunchConfiguration configuration) => new(Plan, configuration, [Layer(readOnly: true)]);

    private static LaunchConfiguration Configuration(IReadOnlyList<LaunchDrive> drives) => new()
    {
        Appliance = new("/kernel", "/initrd", "/root", "11111111-2222-3333-4444-555555555555"),
        Drives = drives,
    };

    private LaunchDrive Drive(int index) => new() { Index = index, Layers = [Layer(readOnly: false)] };

    private ImageLayer Layer(bool readOnly)
    {
        var layer = new ImageLayer(Descriptors.CreateMemoryFile("layer"), "raw", readOnly, RawSize: null);
        layers.Add(layer);
        return layer;
    }
}
