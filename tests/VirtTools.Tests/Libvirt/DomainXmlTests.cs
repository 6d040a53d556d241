using VirtTools.Libvirt;

namespace VirtTools.Tests.Libvirt;

public sealed class DomainXmlTests
{
    [Fact]
    public void A_file_has_its_path_its_format_and_its_name_on_the_bus()
    {
        var disk = Only("<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/images/a b.qcow2'/><target dev='vda' bus='virtio'/></disk>");

        Assert.Equal((DomainDiskKind.File, "/images/a b.qcow2", "qcow2", "vda", false), (disk.Kind, disk.Source, disk.Format, disk.Target, disk.IsReadOnly));
    }

    [Fact]
    public void A_block_device_is_where_dev_says()
    {
        var disk = Only("<disk type='block'><source dev='/dev/vg/root'/><target dev='sda'/><readonly/></disk>");

        Assert.Equal((DomainDiskKind.Block, "/dev/vg/root", null, true), (disk.Kind, disk.Source, disk.Format, disk.IsReadOnly));
    }

    [Fact]
    public void A_network_disk_has_its_protocol_servers_user_and_secret()
    {
        var disk = Only("""
            <disk type='network'>
              <source protocol='rbd' name='pool/image'><host name='mon1' port='6789'/><host name='fe80::1'/><host transport='unix' socket='/run/s'/></source>
              <auth username='admin'><secret type='ceph' uuid='1-2-3'/></auth>
              <target dev='vda'/>
            </disk>
            """);

        Assert.Equal((DomainDiskKind.Network, "rbd", "pool/image", "admin"), (disk.Kind, disk.Protocol, disk.Source, disk.User));
        Assert.Equal(["mon1:6789", "[fe80::1]", "unix:/run/s"], disk.Servers);
        Assert.Equal(new DomainSecret("1-2-3", SecretUsage.Ceph, ""), disk.Secret);
    }

    [Fact]
    public void A_volume_is_named_by_its_pool()
    {
        var disk = Only("<disk type='volume'><source pool='default' volume='v.img'/><target dev='vda'/></disk>");

        Assert.Equal((DomainDiskKind.Volume, "default", "v.img"), (disk.Kind, disk.Pool, disk.Source));
    }

    [Fact]
    public void An_empty_drive_has_no_source()
    {
        Assert.Null(Only("<disk type='file' device='cdrom'><target dev='hdc'/><readonly/></disk>").Source);
        Assert.Null(Only("<disk type='file' device='cdrom'><source file=''/><target dev='hdc'/></disk>").Source);
    }

    [Fact]
    public void What_lies_under_the_disk_is_not_taken_for_the_disk()
    {
        var disk = Only("""
            <disk type='file'>
              <driver type='qcow2'/>
              <source file='/top.qcow2'/>
              <backingStore type='file'><format type='raw'/><source file='/base.img'/><backingStore/></backingStore>
              <mirror type='file'><source file='/copy.img'/></mirror>
              <target dev='vda'/>
            </disk>
            """);

        Assert.Equal(("/top.qcow2", "qcow2"), (disk.Source, disk.Format));
    }

    [Fact]
    public void Formats_of_a_chain_are_known_by_the_paths_of_its_files()
    {
        var disk = Only("""
            <disk type='file'>
              <driver type='qcow2'/>
              <source file='/top.qcow2'/>
              <backingStore type='file'>
                <format type='qcow2'/><source file='/middle.qcow2'/>
                <backingStore type='block'><format type='raw'/><source dev='/dev/vg/base'/><backingStore/></backingStore>
              </backingStore>
              <target dev='vda'/>
            </disk>
            """);

        Assert.Equal(new Dictionary<string, string> { ["/middle.qcow2"] = "qcow2", ["/dev/vg/base"] = "raw" }, disk.BackingFormats);
        Assert.Equal(("/top.qcow2", "qcow2", "vda"), (disk.Source, disk.Format, disk.Target));
    }

    [Fact]
    public void Formats_of_one_disk_are_not_those_of_the_next()
    {
        var disks = Disks("<disk type='file'><source file='/a'/><backingStore><format type='raw'/><source file='/b'/></backingStore></disk><disk type='file'><source file='/c'/></disk>");

        Assert.Empty(disks[1].BackingFormats);
    }

    [Fact]
    public void Disks_keep_the_order_of_the_description()
    {
        var disks = Disks("<disk type='file'/><disk type='file'><source file='/b'/></disk><interface/><disk type='file'><source file='/a'/></disk>");

        Assert.Equal([null, "/b", "/a"], disks.Select(d => d.Source));
    }

    [Fact]
    public void A_sector_size_of_4096_is_shown_to_the_appliance_too() =>
        Assert.Equal(4096, Only("<disk type='file'><source file='/a'/><blockio logical_block_size='4096'/></disk>").BlockSize);

    [Fact]
    public void Disks_elsewhere_in_the_document_are_none() =>
        Assert.Empty(DomainXml.DisksOf("<domain><metadata><devices><disk type='file'><source file='/a'/></disk></devices></metadata><disk/></domain>", "g"));

    [Theory]
    [InlineData("<!DOCTYPE domain [<!ENTITY x SYSTEM 'file:///etc/shadow'>]><domain>&x;</domain>")]
    [InlineData("<domain>")]
    [InlineData("")]
    [InlineData("not XML")]
    public void What_is_no_description_is_refused_with_the_name_of_the_guest(string xml)
    {
        var refusal = Assert.Throws<LibvirtException>(() => DomainXml.DisksOf(xml, "web1"));

        Assert.StartsWith("web1: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_and_number_are_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 400)) + string.Concat(Enumerable.Repeat("</a>", 400));

        Assert.Throws<LibvirtException>(() => DomainXml.DisksOf($"<domain>{deep}</domain>", "g"));
        Assert.Throws<LibvirtException>(() => Disks(string.Concat(Enumerable.Repeat("<disk type='file'/>", 2000))));
    }

    private static DomainDisk Only(string disk) => Assert.Single(Disks(disk));

    private static IReadOnlyList<DomainDisk> Disks(string disks) => DomainXml.DisksOf($"<domain><devices>{disks}</devices></domain>", "g");
}
