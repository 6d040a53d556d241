using System.Buffers.Binary;
using System.Text.Json;
using VirtTools.Images;

namespace VirtTools.Tests.Images;

public sealed class ImageFormatTests : IDisposable
{
    private const long Size = 64 * 1024 * 1024;
    private readonly ImageFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("qcow2", "", Size)]
    [InlineData("qcow2", "compat=0.10", Size)]
    [InlineData("qcow2", "cluster_size=512", Size)]
    [InlineData("qcow2", "cluster_size=2M", Size)]
    [InlineData("qcow2", "extended_l2=on", Size)]
    [InlineData("qcow2", "compression_type=zstd", Size)]
    [InlineData("qcow2", "preallocation=metadata", Size)]
    [InlineData("qcow2", "refcount_bits=1", Size)]
    [InlineData("qcow2", "refcount_bits=64", Size)]
    [InlineData("qcow2", "lazy_refcounts=on", Size)]
    [InlineData("qcow", "", Size)]
    [InlineData("qed", "", Size)]
    [InlineData("vdi", "", Size)]
    [InlineData("vdi", "static=on", Size)]
    [InlineData("vhdx", "", Size)]
    [InlineData("vhdx", "subformat=fixed", Size)]
    [InlineData("parallels", "", Size)]
    [InlineData("vmdk", "", Size)]
    [InlineData("vmdk", "subformat=streamOptimized", Size)]
    [InlineData("vpc", "", null)]
    public void Image_of_qemu_img_is_recognised_by_content(string format, string options, long? size)
    {
        folder.QemuImg(["create", "-q", "-f", format, .. options.Length == 0 ? (string[])[] : ["-o", options], "disk.img", "64M"]);

        using var image = folder.Open("disk.img");

        Assert.Equal(format, Assert.Single(image.Layers).Format);
        Assert.Null(image.Layers[0].RawSize);
        Assert.Equal(size, image.VirtualSize);
    }

    [Theory]
    [InlineData("raw", "")]
    [InlineData("qcow2", "")]
    [InlineData("qcow2", "cluster_size=2M")]
    [InlineData("qcow", "")]
    [InlineData("qed", "")]
    [InlineData("vdi", "")]
    [InlineData("vhdx", "")]
    [InlineData("parallels", "")]
    [InlineData("vmdk", "")]
    public void Size_is_the_one_that_QEMU_says(string format, string options)
    {
        folder.QemuImg(["create", "-q", "-f", format, .. options.Length == 0 ? (string[])[] : ["-o", options], "disk.img", "67109376"]);

        using var image = folder.Open("disk.img");

        var info = folder.QemuImg("info", "-f", format, "--output=json", "disk.img");
        Assert.Equal(JsonDocument.Parse(info).RootElement.GetProperty("virtual-size").GetInt64(), image.VirtualSize);
    }

    [Theory]
    [InlineData("qcow2", "disk.qcow2")]
    [InlineData("qcow2", "DISK.QCOW2")]
    [InlineData("vdi", "disk.vdi")]
    [InlineData("vhdx", "disk.vhdx")]
    [InlineData("vpc", "disk.vhd")]
    [InlineData("vmdk", "disk.vmdk")]
    public void Name_that_agrees_with_the_content_is_believed(string format, string name)
    {
        folder.QemuImg("create", "-q", "-f", format, name, "64M");

        using var image = folder.Open(name);

        Assert.Equal(format, Assert.Single(image.Layers).Format);
    }

    [Fact]
    public void Name_that_disagrees_with_the_content_counts_for_nothing()
    {
        folder.QemuImg("create", "-q", "-f", "vdi", "disk.qcow2", "64M");

        using var image = folder.Open("disk.qcow2");

        Assert.Equal("vdi", Assert.Single(image.Layers).Format);
    }

    [Fact]
    public void Fixed_vhd_is_vpc_by_its_name_and_raw_without_it()
    {
        folder.QemuImg("create", "-q", "-f", "vpc", "-o", "subformat=fixed", "disk.vhd", "64M");
        File.Copy(folder["disk.vhd"], folder["disk.img"]);

        using var named = folder.Open("disk.vhd");
        using var plain = folder.Open("disk.img");

        Assert.Equal("vpc", named.Layers[0].Format);
        Assert.Equal("raw", plain.Layers[0].Format);
    }

    [Fact]
    public void Dmg_goes_by_its_name()
    {
        var content = new byte[4096];
        "koly"u8.CopyTo(content.AsSpan(4096 - 512));
        folder.Write("disk.dmg", content);
        folder.Write("disk.img", content);

        using var named = folder.Open("disk.dmg");
        using var plain = folder.Open("disk.img");

        Assert.Equal("dmg", named.Layers[0].Format);
        Assert.Equal("raw", plain.Layers[0].Format);
    }

    [Theory]
    [InlineData("cloop")]
    [InlineData("bochs")]
    public void Format_that_QEMU_only_reads_is_refused_for_writing(string format)
    {
        folder.Write("disk.img", format == "cloop" ? CloopStart() : BochsStart());

        using var image = folder.Open("disk.img");
        var refusal = folder.Refusal("disk.img", readOnly: false);

        Assert.Equal(format, image.Layers[0].Format);
        Assert.Equal("EROFS", refusal.ErrnoName);
        Assert.Contains("read-only", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 512)]
    [InlineData(512, 512)]
    [InlineData(1_000_000, 1_000_448)]
    public void Plain_disk_is_as_large_as_its_whole_sectors(long length, long size)
    {
        folder.Raw("disk.img", length);

        using var image = folder.Open("disk.img");

        Assert.Equal(new("raw", true, length), (image.Layers[0].Format, image.Layers[0].ReadOnly, image.Layers[0].RawSize));
        Assert.Equal(size, image.VirtualSize);
    }

    [Fact]
    public void Luks_disk_is_raw_since_the_guest_unlocks_it()
    {
        var content = new byte[4096];
        "LUKS\xBA\xBE\0\u0001"u8.CopyTo(content);
        content[4] = 0xBA;
        content[5] = 0xBE;
        folder.Write("disk.img", content);

        using var image = folder.Open("disk.img");

        Assert.Equal("raw", image.Layers[0].Format);
    }

    [Fact]
    public void Format_raw_shows_every_image_as_it_is()
    {
        folder.QemuImg("create", "-q", "-f", "qcow2", "disk.qcow2", "64M");

        using var image = folder.Open("disk.qcow2", "raw");

        Assert.Equal("raw", image.Layers[0].Format);
        Assert.Equal(new FileInfo(folder["disk.qcow2"]).Length, image.Layers[0].RawSize);
    }

    [Fact]
    public void Format_that_is_not_the_images_is_refused_and_the_likely_one_named()
    {
        folder.QemuImg("create", "-q", "-f", "vdi", "disk.img", "64M");

        var refusal = folder.Refusal("disk.img", "qcow2");

        Assert.Equal("EINVAL", refusal.ErrnoName);
        Assert.EndsWith("not a qcow2 image; it looks like vdi", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nbd")]
    [InlineData("luks")]
    [InlineData("file")]
    [InlineData("")]
    [InlineData("qcow2,x=y")]
    public void Format_that_is_none_is_refused_and_the_known_ones_listed(string format)
    {
        folder.Raw("disk.img", 1024);

        var refusal = folder.Refusal("disk.img", format);

        Assert.Equal("EINVAL", refusal.ErrnoName);
        Assert.Contains("qcow2, vmdk, vdi", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vhd_is_accepted_for_vpc()
    {
        folder.QemuImg("create", "-q", "-f", "vpc", "disk.img", "64M");

        using var image = folder.Open("disk.img", "vhd");

        Assert.Equal("vpc", image.Layers[0].Format);
    }

    [Theory]
    [InlineData("vdi", 0x1B8)] // UUID of the parent
    [InlineData("vpc", 60)] // type of the disk
    public void Differencing_disk_is_refused(string format, int offset)
    {
        folder.QemuImg("create", "-q", "-f", format, "disk.img", "64M");
        Patch("disk.img", offset, format == "vpc" ? [0, 0, 0, 4] : [1, 2, 3, 4]);

        var probed = folder.Refusal("disk.img");
        var given = folder.Refusal("disk.img", format);

        Assert.Equal("EPERM", probed.ErrnoName);
        Assert.Contains($"--format {format}", probed.Message, StringComparison.Ordinal);
        Assert.Equal("ENOTSUP", given.ErrnoName);
        Assert.Contains("parent disk", given.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Differencing_vhdx_is_refused()
    {
        folder.QemuImg("create", "-q", "-f", "vhdx", "disk.vhdx", "64M");
        var content = File.ReadAllBytes(folder["disk.vhdx"]);
        var parameters = content.AsSpan().IndexOf(new Guid("CAA16737-FA36-4D43-B3B6-33F0AA44E76B").ToByteArray());
        var metadata = content.AsSpan().IndexOf("metadata"u8);
        var item = metadata + BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(parameters + 16));
        content[item + 4] |= 2;
        folder.Write("disk.vhdx", content);

        Assert.Equal("ENOTSUP", folder.Refusal("disk.vhdx").ErrnoName);
    }

    [Theory]
    [InlineData("qcow")]
    [InlineData("qed")]
    [InlineData("vdi")]
    [InlineData("vhdx")]
    [InlineData("parallels")]
    [InlineData("vpc")]
    public void Header_that_is_cut_is_refused(string format)
    {
        folder.QemuImg("create", "-q", "-f", format, "disk.img", "64G");
        using (var file = File.OpenWrite(folder["disk.img"]))
        {
            file.SetLength(512);
        }

        var refusal = folder.Refusal("disk.img", format);

        Assert.Equal("EINVAL", refusal.ErrnoName);
        Assert.Contains("truncated", refusal.Message, StringComparison.Ordinal);
    }

    private void Patch(string name, int offset, byte[] bytes)
    {
        using var file = File.OpenWrite(folder[name]);
        file.Position = offset;
        file.Write(bytes);
    }

    private static byte[] CloopStart()
    {
        var content = new byte[4096];
        "#!/bin/sh\n#V2.0 Format\nmodprobe cloop file=$0 && mount -r -t iso9660 /dev/cloop $1\n"u8.CopyTo(content);
        return content;
    }

    private static byte[] BochsStart()
    {
        var content = new byte[4096];
        "Bochs Virtual HD Image"u8.CopyTo(content);
        "Redolog"u8.CopyTo(content.AsSpan(32));
        "Growing"u8.CopyTo(content.AsSpan(48));
        return content;
    }
}
