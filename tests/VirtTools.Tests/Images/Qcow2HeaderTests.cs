using VirtTools.Images;

namespace VirtTools.Tests.Images;

public sealed class Qcow2HeaderTests : IDisposable
{
    private readonly ImageFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>What is wrong, the field's offset, its width in bytes, the value, the error, and a part of the sentence.</summary>
    public static TheoryData<string, int, int, ulong, string, string> Damages => new()
    {
        { "a version to come", 4, 4, 4, "ENOTSUP", "version 4" },
        { "clusters too small", 20, 4, 8, "EINVAL", "2^8" },
        { "clusters too large", 20, 4, 22, "EINVAL", "2^22" },
        { "clusters of 2^32 and more", 20, 4, 0xFFFFFFFF, "EINVAL", "2^4294967295" },
        { "disk too large for its L1 table", 24, 8, 64 * 1024 * 1024, "EINVAL", "too small for a disk" },
        { "disk beyond all numbers", 24, 8, 1UL << 63, "EINVAL", "virtual size" },
        { "AES", 32, 4, 1, "ENOTSUP", "encrypted" },
        { "LUKS inside", 32, 4, 2, "ENOTSUP", "encrypted" },
        { "unknown encryption", 32, 4, 3, "EINVAL", "encryption method is 3" },
        { "L1 table too large", 36, 4, 0xFFFFFFFF, "EINVAL", "L1 table has" },
        { "L1 table off the grid", 40, 8, 100, "EINVAL", "not the start of a cluster" },
        { "L1 table in the header", 40, 8, 0, "EINVAL", "not the start of a cluster" },
        { "L1 table beyond the end", 40, 8, 1 << 20, "EINVAL", "truncated" },
        { "L1 table at the end of all numbers", 40, 8, ulong.MaxValue, "EINVAL", "L1 table offset" },
        { "refcount table off the grid", 48, 8, 513, "EINVAL", "not the start of a cluster" },
        { "refcount table beyond the end", 48, 8, 1 << 20, "EINVAL", "truncated" },
        { "no refcount table", 56, 4, 0, "EINVAL", "refcount table has 0" },
        { "refcount table too large", 56, 4, 0xFFFFFFFF, "EINVAL", "refcount table has" },
        { "unknown incompatible feature", 72, 8, 1UL << 40, "ENOTSUP", "feature bit 40" },
        { "subclusters in small clusters", 72, 8, 16, "EINVAL", "2^9" },
        { "refcounts of 128 bits", 96, 4, 7, "EINVAL", "2^7 bits" },
        { "header too short", 100, 4, 100, "EINVAL", "header length of 100" },
        { "header longer than a cluster", 100, 4, 1024, "EINVAL", "header length of 1024" },
        { "header extension longer than the cluster", 108, 4, 0x7FFFFFFF, "EINVAL", "header extension" },
        { "L2 table beyond the end", 3 * 512, 8, (1UL << 63) | (1 << 20), "EINVAL", "L2 tables" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damaged_header_is_refused(string what, int offset, int width, ulong value, string errno, string sentence)
    {
        var image = SmallQcow2.Over(null, "raw");
        folder.Write("disk.qcow2", width == 4 ? image.With32(offset, (uint)value) : image.With64(offset, value));

        var refusal = folder.Refusal("disk.qcow2");

        Assert.True(refusal.ErrnoName == errno && refusal.Message.Contains(sentence, StringComparison.Ordinal), $"{what}: {refusal.ErrnoName} {refusal.Message}");
    }

    [Theory]
    [InlineData(16, 1024u, "1024 bytes at")] // longer than QEMU takes
    [InlineData(16, 400u, "not inside the first cluster")]
    [InlineData(12, 50u, "inside the header")]
    [InlineData(12, 0xFFFFFFFFu, "not inside the first cluster")]
    public void Backing_file_name_outside_its_place_is_refused(int offset, uint value, string sentence)
    {
        folder.Write("disk.qcow2", SmallQcow2.Over("base.img", "raw").With32(offset, value));

        var refusal = folder.Refusal("disk.qcow2");

        Assert.Equal("EINVAL", refusal.ErrnoName);
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Backing_file_name_with_a_zero_byte_is_refused()
    {
        folder.Write("disk.qcow2", SmallQcow2.Over("base\0.img", "raw"));

        Assert.Contains("zero byte", folder.Refusal("disk.qcow2").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Small_image_of_these_tests_is_sound()
    {
        folder.Write("disk.qcow2", SmallQcow2.Empty());

        using var image = folder.Open("disk.qcow2");

        Assert.Equal(SmallQcow2.VirtualSize, image.VirtualSize);
        Assert.Contains("No errors", folder.QemuImg("check", "disk.qcow2"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(71)]
    [InlineData(103)]
    public void Header_that_is_cut_is_refused(int length)
    {
        folder.Write("disk.qcow2", SmallQcow2.Empty()[..length]);

        Assert.Contains("truncated", folder.Refusal("disk.qcow2").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Probed_image_that_is_damaged_may_be_a_plain_disk()
    {
        folder.Write("disk.img", SmallQcow2.Empty().With32(20, 8));

        Assert.EndsWith("or pass --format raw if this is the plain disk of a guest", folder.Refusal("disk.img").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_file_is_refused()
    {
        folder.QemuImg("create", "-q", "-f", "qcow2", "-o", "data_file=data.raw", "disk.qcow2", "1M");
        File.Copy(folder["disk.qcow2"], folder["disk.img"]);

        var named = folder.Refusal("disk.qcow2");
        var probed = folder.Refusal("disk.img");

        Assert.Equal("ENOTSUP", named.ErrnoName);
        Assert.Contains("\"data.raw\"", named.Message, StringComparison.Ordinal);
        Assert.Contains("qemu-img convert", named.Message, StringComparison.Ordinal);
        Assert.Equal("EPERM", probed.ErrnoName);
    }

    [Fact]
    public void Image_marked_corrupt_can_be_read_and_not_written()
    {
        folder.Write("disk.qcow2", SmallQcow2.Empty().With64(72, 2));

        folder.Open("disk.qcow2").Dispose();
        var refusal = folder.Refusal("disk.qcow2", readOnly: false);

        Assert.Equal("EROFS", refusal.ErrnoName);
        Assert.Contains("qemu-img check", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 90)]
    [InlineData("", 50)]
    [InlineData("", 10)]
    [InlineData("", 1)]
    [InlineData("compat=0.10", 50)]
    [InlineData("cluster_size=2M", 50)]
    [InlineData("cluster_size=512", 50)]
    [InlineData("extended_l2=on", 50)]
    [InlineData("refcount_bits=1", 50)]
    [InlineData("refcount_bits=64", 50)]
    public void Image_whose_end_is_missing_is_refused(string options, int percent)
    {
        FilledImage(options);
        folder.Open("disk.qcow2").Dispose();
        using (var file = File.OpenWrite(folder["disk.qcow2"]))
        {
            file.SetLength(file.Length * percent / 100);
        }

        var refusal = folder.Refusal("disk.qcow2");

        Assert.Equal("EINVAL", refusal.ErrnoName);
        Assert.Contains("truncated", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_image_whose_end_is_missing_is_refused()
    {
        FilledImage("");
        folder.QemuImg("convert", "-c", "-O", "qcow2", "disk.qcow2", "small.qcow2");
        folder.Open("small.qcow2").Dispose();
        using (var file = File.OpenWrite(folder["small.qcow2"]))
        {
            file.SetLength(file.Length / 2);
        }

        Assert.Contains("truncated", folder.Refusal("small.qcow2").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_left_behind_by_a_crash_are_no_sign_of_truncation()
    {
        var image = SmallQcow2.Empty();
        image[(2 * SmallQcow2.ClusterSize) + (2 * 7) + 1] = 1;
        folder.Write("disk.qcow2", image);

        folder.Open("disk.qcow2").Dispose();
    }

    [Fact]
    public void Image_in_use_by_a_writer_is_never_taken_for_truncated()
    {
        folder.QemuImg("create", "-q", "-f", "qcow2", "disk.qcow2", "1G");
        var writer = Task.Run(() => folder.Run("qemu-io", "-t", "writeback", "-c", "write -q 0 256M", "-c", "write -q 300M 200M", "disk.qcow2"));

        var opened = 0;
        do
        {
            folder.Open("disk.qcow2").Dispose();
            opened++;
        }
        while (!writer.IsCompleted);

        Assert.True(writer.IsCompletedSuccessfully, writer.Exception?.Message);
        Assert.True(opened > 1);
    }

    private void FilledImage(string options)
    {
        var content = new byte[16 * 1024 * 1024];
        new Random(1).NextBytes(content);
        folder.Write("disk.raw", content);
        folder.QemuImg(["convert", "-f", "raw", "-O", "qcow2", .. options.Length == 0 ? (string[])[] : ["-o", options], "disk.raw", "disk.qcow2"]);
    }
}
