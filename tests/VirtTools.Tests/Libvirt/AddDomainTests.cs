using VirtTools.CommandLine.Guests;
using VirtTools.Libvirt;
using VirtTools.Tests.Images;

namespace VirtTools.Tests.Libvirt;

/// <summary>The disks of guests, asked of the real libvirt library.</summary>
public sealed class AddDomainTests : IDisposable
{
    private readonly TestNode _node = new();
    private readonly Guestfs _handle = new();

    public void Dispose()
    {
        _handle.Dispose();
        _node.Dispose();
    }

    [Fact]
    public void All_disks_of_a_guest_become_drives_in_their_order()
    {
        _node.Add("two", _node.Disk("b.img"), _node.Disk("a.img"));

        Assert.Equal(2, Add("two"));
        Assert.Equal([$"path={_node.Folder}/b.img format=raw readonly", $"path={_node.Folder}/a.img format=raw readonly"], _handle.DebugDrives());
    }

    [Fact]
    public void A_UUID_is_taken_where_it_is_allowed_and_only_there()
    {
        _node.Add("one", _node.Disk("a.img"));

        Assert.Equal(1, _handle.AddDomain(TestNode.UuidOf(1), new() { LibvirtUri = _node.Uri, ReadOnly = true, AllowUuid = true }));
        Assert.Equal("ENOENT", Assert.Throws<GuestfsException>(() => Add(TestNode.UuidOf(1))).ErrnoName);
    }

    [Fact]
    public void A_guest_whose_name_looks_like_a_UUID_is_found_by_it()
    {
        const string Name = "99999999-2222-3333-4444-000000000000";
        _node.Add(Name, _node.Disk("a.img"));

        Assert.Equal(1, _handle.AddDomain(Name, new() { LibvirtUri = _node.Uri, ReadOnly = true, AllowUuid = true }));
    }

    [Fact]
    public void A_secret_that_libvirt_does_not_give_is_told_with_guest_and_disk()
    {
        _node.Add(
            "far",
            "<disk type='network' device='disk'><driver name='qemu' type='raw'/>"
            + "<source protocol='iscsi' name='iqn.2003-01.org.example:disk/1'><host name='127.0.0.1' port='1'/>"
            + "<auth username='reader'><secret type='iscsi' usage='disks'/></auth></source><target dev='vda'/></disk>");

        // The test driver keeps no secrets.
        var refusal = Assert.Throws<GuestfsException>(() => Add("far"));

        Assert.Equal("EACCES", refusal.ErrnoName);
        Assert.StartsWith("far: disk vda: the secret ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("virsh secret-list", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_running_guest_can_be_looked_at_and_not_written_to()
    {
        _node.AddRunning("busy", _node.Disk("a.img"));

        var refusal = Assert.Throws<GuestfsException>(() => _handle.AddDomain("busy", new() { LibvirtUri = _node.Uri }));

        Assert.Equal("EBUSY", refusal.ErrnoName);
        Assert.Contains("the guest is running", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_handle.DebugDrives());
        Assert.Equal(1, Add("busy"));
    }

    [Fact]
    public void A_guest_that_is_shut_down_can_be_written_to()
    {
        _node.Add("quiet", _node.Disk("a.img"));

        Assert.Equal(1, _handle.AddDomain("quiet", new() { LibvirtUri = _node.Uri }));
        Assert.DoesNotContain("readonly", _handle.DebugDrives()[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "rw", "rw")]
    [InlineData("write", "rw", "rw")]
    [InlineData("read", "rw", "ro")]
    [InlineData("ignore", "rw")]
    public void Disks_that_the_guest_may_only_read_are_added_as_the_caller_says(string? rule, params string[] expected)
    {
        _node.Add("mixed", _node.Disk("a.img"), _node.Disk("b.img", further: "<readonly/>"));

        _handle.AddDomain("mixed", new() { LibvirtUri = _node.Uri, ReadOnlyDisk = rule });

        Assert.Equal(expected, _handle.DebugDrives().Select(d => d.Contains(" readonly", StringComparison.Ordinal) ? "ro" : "rw"));
    }

    [Fact]
    public void A_disk_that_the_guest_may_only_read_can_be_an_error()
    {
        _node.Add("mixed", _node.Disk("a.img"), _node.Disk("b.img", further: "<readonly/>"));

        var refusal = Assert.Throws<GuestfsException>(() => _handle.AddDomain("mixed", new() { LibvirtUri = _node.Uri, ReadOnlyDisk = "error" }));

        Assert.Equal("EROFS", refusal.ErrnoName);
        Assert.Empty(_handle.DebugDrives());
    }

    [Fact]
    public void A_missing_disk_names_guest_disk_and_path_and_no_drive_is_left()
    {
        _node.Add("torn", _node.Disk("a.img"), _node.Disk("gone.img", exists: false));

        var refusal = Assert.Throws<GuestfsException>(() => Add("torn"));

        Assert.Equal("ENOENT", refusal.ErrnoName);
        Assert.StartsWith("torn: disk vdb: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("/gone.img", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(_handle.DebugDrives());
    }

    [Fact]
    public void Empty_drives_and_optional_disks_that_are_missing_are_left_out()
    {
        _node.Add(
            "cd",
            _node.Disk("a.img"),
            "<disk type='file' device='cdrom'><target dev='hdc'/><readonly/></disk>",
            "<disk type='file' device='cdrom'><source file='/nonexistent.iso' startupPolicy='optional'/><target dev='hdd'/></disk>");

        Assert.Equal(1, Add("cd"));
    }

    [Fact]
    public void A_guest_without_disks_is_refused()
    {
        _node.Add("empty");

        Assert.Contains("no disk", Assert.Throws<GuestfsException>(() => Add("empty")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_is_looked_up_in_its_pool()
    {
        _node.Disk("v.img");
        _node.AddPool("pool1", "v.img").Add("vol", "<disk type='volume' device='disk'><source pool='pool1' volume='v.img'/><target dev='vda'/></disk>");

        Assert.Equal(1, Add("vol"));
        Assert.StartsWith($"path={_node.Folder}/v.img ", _handle.DebugDrives()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_that_is_not_there_names_pool_and_volume()
    {
        _node.AddPool("pool1").Add("vol", "<disk type='volume' device='disk'><source pool='pool1' volume='v.img'/><target dev='vda'/></disk>");

        var refusal = Assert.Throws<GuestfsException>(() => Add("vol"));

        Assert.Contains("no volume v.img in the storage pool pool1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_disk_is_added_by_its_address()
    {
        _node.Add(
            "net",
            "<disk type='network' device='disk'><source protocol='nbd' name='x'><host name='localhost' port='10810'/></source><target dev='vda'/></disk>",
            "<disk type='network' device='disk'><source protocol='https' name='images/x.img'><host name='server' port='443'/></source><target dev='vdb'/></disk>");

        Assert.Equal(2, Add("net"));
        Assert.Equal(["nbd://localhost:10810/x", "https://server:443/images/x.img"], _handle.DebugDrives().Select(d => d.Split(' ')[0]["path=".Length..]));
    }

    [Fact]
    public void The_format_of_the_description_is_trusted_for_the_disk()
    {
        // A guest that owns a raw disk can write any header into it; the description says that it is raw.
        File.WriteAllBytes($"{_node.Folder}/raw.img", [.. "QFI"u8, 0xfb, 0, 0, 0, 3, .. new byte[1016]]);
        _node.Add("one", _node.Disk("raw.img"));

        Add("one");

        Assert.Contains("format=raw", _handle.DebugDrives()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_device_is_opened_where_dev_says()
    {
        _node.Add("block", "<disk type='block' device='disk'><driver name='qemu' type='raw'/><source dev='/dev/nonexistent-disk'/><target dev='vda'/></disk>");

        var refusal = Assert.Throws<GuestfsException>(() => Add("block"));

        Assert.Equal("ENOENT", refusal.ErrnoName);
        Assert.StartsWith("block: disk vda: /dev/nonexistent-disk", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_disk_of_a_protocol_that_is_not_spoken_names_guest_and_disk()
    {
        _node.Add("net", "<disk type='network' device='disk'><source protocol='gluster' name='vol/x'><host name='h'/></source><target dev='vda'/></disk>");

        Assert.StartsWith("net: disk vda: ", Assert.Throws<GuestfsException>(() => Add("net")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_format_of_a_backing_file_that_only_the_description_knows_is_trusted()
    {
        _node.Disk("base.img");
        File.WriteAllBytes($"{_node.Folder}/top.qcow2", SmallQcow2.Over("base.img", format: null));
        _node.Add("silent", _node.Disk("top.qcow2", "qcow2"));
        _node.Add("told", _node.Disk("top.qcow2", "qcow2", $"<backingStore type='file'><format type='raw'/><source file='{_node.Folder}/base.img'/><backingStore/></backingStore>"));

        Assert.Contains("no recorded format", Assert.Throws<GuestfsException>(() => Add("silent")).Message, StringComparison.Ordinal);
        Assert.Equal(1, Add("told"));
    }

    [Fact]
    public void An_unknown_guest_is_a_sentence_that_says_where_it_was_looked_for()
    {
        var refusal = Assert.Throws<GuestfsException>(() => Add("nobody"));

        Assert.Equal("ENOENT", refusal.ErrnoName);
        Assert.StartsWith("nobody: libvirt at test://", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_libvirt_that_cannot_be_reached_is_a_sentence()
    {
        var refusal = Assert.Throws<GuestfsException>(() => _handle.AddDomain("x", new() { LibvirtUri = "test:///nonexistent/node.xml", ReadOnly = true }));

        Assert.Contains("no connection to libvirt at test:///nonexistent/node.xml", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_library_names_the_package()
    {
        var refusal = Assert.Throws<LibvirtException>(() => LibvirtLibrary.Require("libvirt-is-not-here.so.0"));

        Assert.Contains("libvirt0", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_asynchronous_call_does_the_same()
    {
        _node.Add("one", _node.Disk("a.img"));

        Assert.Equal(1, await _handle.AddDomainAsync("one", new() { LibvirtUri = _node.Uri, ReadOnly = true }));
    }

    [Fact]
    public void A_domain_of_the_callers_own_is_added_by_its_pointer()
    {
        _node.Add("one", _node.Disk("a.img"));
        using var connection = LibvirtConnection.Open(_node.Uri);
        using var domain = connection.Find("one", allowUuid: false);

        Assert.Equal(1, _handle.AddLibvirtDom(domain.Handle, new() { ReadOnly = true }));
        Assert.Equal("one", domain.Name);
    }

    [Fact]
    public void All_guests_are_listed_by_name_running_or_not()
    {
        _node.Add("web", _node.Disk("a.img")).AddRunning("db", _node.Disk("b.img"));
        using var connection = LibvirtConnection.Open(_node.Uri);

        Assert.Equal([new LibvirtGuest("db", TestNode.UuidOf(2)), new LibvirtGuest("web", TestNode.UuidOf(1))], connection.List());
    }

    [Fact]
    public void Names_of_guests_are_those_of_the_command_line_with_a_plus_for_each_further_one()
    {
        Assert.Equal("two", GuestName.Of([new VirtTools.CommandLine.Options.DomainChoice("two")]));
        Assert.Equal("two+", GuestName.Of([new VirtTools.CommandLine.Options.DomainChoice("two"), new VirtTools.CommandLine.Options.ImageChoice("/a/b.img")]));
    }

    private int Add(string name) => _handle.AddDomain(name, new() { LibvirtUri = _node.Uri, ReadOnly = true });
}
