using System.Text;
using VirtTools.Images;

namespace VirtTools.Tests.Images;

public sealed class VmdkTests : IDisposable
{
    private const int DescriptorOffset = 512;
    private const int DescriptorSize = 20 * 512;
    private readonly ImageFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("disk.vmdk", null)]
    [InlineData("disk.vmdk", "vmdk")]
    [InlineData("disk.img", "vmdk")]
    [InlineData("disk.img", null)]
    public void Descriptor_whose_extent_is_a_file_of_the_host_is_refused(string name, string? format)
    {
        folder.Write(name, Descriptor("RW 8 FLAT \"/etc/shadow\" 0"));

        var refusal = folder.Refusal(name, format);

        Assert.Equal(name == "disk.img" && format is null ? "EPERM" : "ENOTSUP", refusal.ErrnoName);
        Assert.Contains("\"/etc/shadow\"", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RW 8 SPARSE \"part-s001.vmdk\"")]
    [InlineData("RW 8 VMFSSPARSE \"part-delta.vmdk\"")]
    [InlineData("RW 8 FLAT \"sub/part-flat.vmdk\" 0")]
    [InlineData("RW 8 FLAT \"../part-flat.vmdk\" 0")]
    [InlineData("RW 8 FLAT \"part-flat.vmdk\" 8")]
    [InlineData("RW 8 FLAT \"part-flat.vmdk\" x")]
    [InlineData("RW 8 FLAT \"a-flat.vmdk\" 0\nRW 8 FLAT \"b-flat.vmdk\" 0")]
    [InlineData("RW 8 ZERO\nRW 8 FLAT \"b-flat.vmdk\" 0")]
    [InlineData("RW 63 VMFSRDM \"rdm.vmdk\"")]
    public void Descriptor_that_QEMU_would_follow_by_name_is_refused(string extents)
    {
        folder.Write("disk.vmdk", Descriptor(extents));

        var refusal = folder.Refusal("disk.vmdk");

        Assert.Equal("ENOTSUP", refusal.ErrnoName);
        Assert.Contains("qemu-img convert", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("twoGbMaxExtentSparse")]
    [InlineData("twoGbMaxExtentFlat")]
    public void Split_disk_of_qemu_img_is_refused(string subformat)
    {
        folder.QemuImg("create", "-q", "-f", "vmdk", "-o", $"subformat={subformat}", "disk.vmdk", "3G");

        Assert.Equal("ENOTSUP", folder.Refusal("disk.vmdk").ErrnoName);
    }

    [Fact]
    public void Flat_disk_is_opened_as_the_plain_disk_beside_its_descriptor()
    {
        folder.QemuImg("create", "-q", "-f", "vmdk", "-o", "subformat=monolithicFlat", "disk.vmdk", "3M");

        using var image = folder.Open("disk.vmdk");

        var layer = Assert.Single(image.Layers);
        Assert.Equal(("raw", true, 3L << 20), (layer.Format, layer.ReadOnly, layer.RawSize));
        Assert.Equal(3 << 20, image.VirtualSize);
    }

    [Fact]
    public void Flat_disk_can_be_opened_for_writing()
    {
        folder.QemuImg("create", "-q", "-f", "vmdk", "-o", "subformat=monolithicFlat", "disk.vmdk", "3M");

        using var image = ImageOpener.Open(folder["disk.vmdk"], null, readOnly: false);

        Assert.False(image.Layers[0].ReadOnly);
    }

    [Theory]
    [InlineData("RW 8 FLAT \"nope-flat.vmdk\" 0", "ENOENT", "no such file")]
    [InlineData("RW 800 FLAT \"short-flat.vmdk\" 0", "EINVAL", "truncated")]
    [InlineData("RW 8 FLAT \"disk.vmdk\" 0", "ELOOP", "stands on itself")]
    [InlineData("RW 8 FLAT \"nbd:x\" 0", "EINVAL", "\"nbd:\" driver")]
    [InlineData("RW 8 FLAT \"\" 0", "EINVAL", "no file name")]
    [InlineData("RW 99999999999999999999999 FLAT \"short-flat.vmdk\" 0", "EINVAL", "extent size")]
    [InlineData("", "EINVAL", "without extents")]
    public void Flat_disk_without_its_extent_is_refused(string extents, string errno, string why)
    {
        folder.Raw("short-flat.vmdk", 4096);
        folder.Write("disk.vmdk", Descriptor(extents));

        var refusal = folder.Refusal("disk.vmdk");

        Assert.Equal(errno, refusal.ErrnoName);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RW 131072 SPARSE \"/etc/shadow\"")]
    [InlineData("RW 131072 FLAT \"shadow\" 0")]
    [InlineData("RW 131072 SPARSE \"disk.vmdk\"\nRW 8 SPARSE \"other.vmdk\"")]
    public void Sparse_disk_that_names_another_file_is_refused(string extents)
    {
        SparseDisk("disk.vmdk", extents, capacity: null);

        Assert.Equal("ENOTSUP", folder.Refusal("disk.vmdk").ErrnoName);
    }

    [Fact]
    public void Sparse_disk_without_capacity_is_refused_since_its_descriptor_would_count()
    {
        SparseDisk("disk.vmdk", "RW 8 FLAT \"passwd\" 0", capacity: 0);

        var refusal = folder.Refusal("disk.vmdk");

        Assert.Equal("ENOTSUP", refusal.ErrnoName);
        Assert.Contains("\"passwd\"", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sparse_disk_that_was_renamed_is_opened()
    {
        folder.QemuImg("create", "-q", "-f", "vmdk", "disk.vmdk", "64M");
        File.Move(folder["disk.vmdk"], folder["renamed.vmdk"]);

        using var image = folder.Open("renamed.vmdk");

        Assert.Equal("vmdk", image.Layers[0].Format);
    }

    [Fact]
    public void Snapshot_is_opened_over_its_parent()
    {
        folder.QemuImg("create", "-q", "-f", "vmdk", "base.vmdk", "64M");
        folder.QemuImg("create", "-q", "-f", "vmdk", "-b", "base.vmdk", "-F", "vmdk", "snap.vmdk");

        using var image = folder.Open("snap.vmdk");

        Assert.Equal(["vmdk", "vmdk"], image.Layers.Select(layer => layer.Format));
    }

    [Fact]
    public void Probed_snapshot_is_refused()
    {
        folder.QemuImg("create", "-q", "-f", "vmdk", "base.vmdk", "64M");
        folder.QemuImg("create", "-q", "-f", "vmdk", "-b", "base.vmdk", "-F", "vmdk", "snap.img");

        Assert.Equal("EPERM", folder.Refusal("snap.img").ErrnoName);
    }

    [Fact]
    public void Parent_of_a_descriptor_file_is_refused()
    {
        folder.Write("disk.vmdk", Descriptor("RW 8 FLAT \"disk-flat.vmdk\" 0\n# parentFileNameHint=\"/etc/shadow\""));

        Assert.Equal("ENOTSUP", folder.Refusal("disk.vmdk").ErrnoName);
    }

    [Fact]
    public void Part_of_an_esx_disk_is_refused()
    {
        folder.Write("disk.vmdk", "COWD" + new string('\0', 2044));

        Assert.Equal("ENOTSUP", folder.Refusal("disk.vmdk").ErrnoName);
    }

    [Theory]
    [InlineData("version=1\n", true)]
    [InlineData("# Disk DescriptorFile\r\n  \r\nversion=3\r\n", true)]
    [InlineData("version=4\n", false)]
    [InlineData("#!/bin/sh\necho version=1\n", false)]
    [InlineData("version=1", false)]
    [InlineData("", false)]
    public void Descriptor_is_told_from_other_text_as_QEMU_does(string start, bool isDescriptor)
    {
        folder.Write("disk.img", start + new string('\0', start.Length == 0 ? 0 : 512));

        var probed = folder.TryRun("qemu-img", "info", "--output=json", "disk.img");

        if (isDescriptor)
        {
            Assert.Contains("without extents", folder.Refusal("disk.img").Message, StringComparison.Ordinal);
            Assert.DoesNotContain("\"format\": \"raw\"", probed.Output, StringComparison.Ordinal);
            return;
        }

        using var image = folder.Open("disk.img");
        Assert.Equal("raw", image.Layers[0].Format);
        Assert.Contains("\"format\": \"raw\"", probed.Output, StringComparison.Ordinal);
    }

    private static string Descriptor(string extents) =>
        $"# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\ncreateType=\"custom\"\n\n# Extent description\n{extents}\n\n#DDB\nddb.adapterType = \"ide\"\n";

    private void SparseDisk(string name, string extents, ulong? capacity)
    {
        folder.QemuImg("create", "-q", "-f", "vmdk", name, "64M");
        var content = File.ReadAllBytes(folder[name]);
        if (capacity is { } sectors)
        {
            BitConverter.TryWriteBytes(content.AsSpan(12), sectors);
        }

        content.AsSpan(DescriptorOffset, DescriptorSize).Clear();
        Encoding.ASCII.GetBytes(Descriptor(extents)).CopyTo(content, DescriptorOffset);
        folder.Write(name, content);
    }
}
