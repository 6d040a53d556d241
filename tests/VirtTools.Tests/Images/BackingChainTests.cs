using VirtTools.Images;

namespace VirtTools.Tests.Images;

public sealed class BackingChainTests : IDisposable
{
    private readonly ImageFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Chain_is_opened_from_the_top_to_the_base()
    {
        Directory.CreateDirectory(folder["sub"]);
        folder.QemuImg("create", "-q", "-f", "raw", "base.img", "3M");
        folder.QemuImg("create", "-q", "-f", "qcow2", "-b", "../base.img", "-F", "raw", "sub/middle");
        folder.QemuImg("create", "-q", "-f", "qcow2", "-b", "sub/middle", "-F", "qcow2", "top.qcow2", "5M");

        using var image = folder.Open("top.qcow2");

        Assert.Equal(["qcow2", "qcow2", "raw"], image.Layers.Select(layer => layer.Format));
        Assert.Equal(5 * 1024 * 1024, image.VirtualSize);
        Assert.Equal(3 * 1024 * 1024, image.Layers[2].RawSize);
    }

    [Fact]
    public void Absolute_backing_file_is_followed()
    {
        folder.Raw("base.img", 1 << 20);
        folder.QemuImg("create", "-q", "-f", "qcow2", "-b", folder["base.img"], "-F", "raw", "top.qcow2");

        using var image = folder.Open("top.qcow2");

        Assert.Equal(2, image.Layers.Count);
    }

    [Fact]
    public void Colon_after_a_slash_belongs_to_the_file_name()
    {
        folder.Raw("a:b", 1 << 20);
        Top("./a:b", "raw");

        using var image = folder.Open("top.qcow2");

        Assert.Equal(2, image.Layers.Count);
    }

    [Fact]
    public void Qed_over_raw_is_opened()
    {
        folder.Raw("base.img", 1 << 20);
        folder.QemuImg("create", "-q", "-f", "qed", "-b", "base.img", "-F", "raw", "top.qed");

        using var image = folder.Open("top.qed", "qed");

        Assert.Equal(["qed", "raw"], image.Layers.Select(layer => layer.Format));
    }

    [Fact]
    public void Base_that_is_recorded_as_raw_is_raw_whatever_the_guest_wrote_into_it()
    {
        folder.Write("secret", "the host's own");
        folder.QemuImg("create", "-q", "-f", "qcow2", "-u", "-b", folder["secret"], "-F", "raw", "base.img", "1M");
        Top("base.img", "raw");

        using var image = folder.Open("top.qcow2");

        Assert.Equal(["qcow2", "raw"], image.Layers.Select(layer => layer.Format));
    }

    [Theory]
    [InlineData("nope.img", "ENOENT", "no such file")]
    [InlineData("json:{\"driver\":\"file\",\"filename\":\"/etc/shadow\"}", "EINVAL", "\"json:\" driver")]
    [InlineData("nbd:localhost:10809", "EINVAL", "\"nbd:\" driver")]
    [InlineData("nbd+unix:///x?socket=/run/x", "EINVAL", "\"nbd+unix:\" driver")]
    [InlineData("https://example.org/x", "EINVAL", "\"https:\" driver")]
    [InlineData("file:base.img", "EINVAL", "\"file:\" driver")]
    [InlineData("fat:/etc", "EINVAL", "\"fat:\" driver")]
    [InlineData(":x", "EINVAL", "\":\" driver")]
    [InlineData("/dev/stdin", "EINVAL", "part of the running system")]
    [InlineData("/dev/fd/0", "EINVAL", "part of the running system")]
    [InlineData("//dev/./shm/..///stdin", "EINVAL", "part of the running system")]
    [InlineData("/proc/self/fd/0", "EINVAL", "part of the running system")]
    [InlineData("/proc/kcore", "EINVAL", "part of the running system")]
    [InlineData("/sys/kernel/vmcoreinfo", "EINVAL", "part of the running system")]
    [InlineData("/dev/null", "ENOTBLK", "character device")]
    [InlineData("/etc", "EISDIR", "a directory")]
    public void Backing_file_that_is_no_plain_file_is_refused(string name, string errno, string why)
    {
        Top(name, "raw");

        var refusal = folder.Refusal("top.qcow2");

        Assert.Equal(errno, refusal.ErrnoName);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("backing file", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_file_of_the_process_is_not_reached_through_a_link()
    {
        using var open = File.OpenRead(folder.Raw("open.img", 1 << 20));
        File.CreateSymbolicLink(folder["link"], $"/proc/self/fd/{open.SafeFileHandle.DangerousGetHandle()}");
        Top("link", "raw");

        var refusal = folder.Refusal("top.qcow2");

        Assert.Equal("ELOOP", refusal.ErrnoName);
    }

    [Fact]
    public void Image_that_is_its_own_backing_file_is_refused()
    {
        folder.Write("top.qcow2", SmallQcow2.Over("top.qcow2", "qcow2"));

        var refusal = folder.Refusal("top.qcow2");

        Assert.Equal("ELOOP", refusal.ErrnoName);
        Assert.Contains("stands on itself", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Image_that_is_its_own_backing_file_under_another_name_is_refused()
    {
        Top("other.img", "qcow2");
        File.CreateSymbolicLink(folder["other.img"], "top.qcow2");

        Assert.Equal("ELOOP", folder.Refusal("top.qcow2").ErrnoName);
    }

    [Fact]
    public void Loop_of_two_is_refused()
    {
        Top("other.img", "qcow2");
        folder.QemuImg("create", "-q", "-f", "qcow2", "-u", "-b", "top.qcow2", "-F", "qcow2", "other.img", "1M");

        var refusal = folder.Refusal("top.qcow2");

        Assert.Equal("ELOOP", refusal.ErrnoName);
        Assert.Contains("stands on itself", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Chain_ends_after_64_backing_files(int depth, bool isOpened)
    {
        folder.Raw("0", 1 << 20);
        var image = SmallQcow2.Over("0", "raw");
        for (var level = 1; level <= depth; level++)
        {
            image = SmallQcow2.Over($"{level - 1}", level == 1 ? "raw" : "qcow2");
            folder.Write($"{level}", image);
        }

        if (isOpened)
        {
            using var opened = folder.Open($"{depth}", "qcow2");
            Assert.Equal(depth + 1, opened.Layers.Count);
            return;
        }

        var refusal = folder.Refusal($"{depth}", "qcow2");
        Assert.Equal("ELOOP", refusal.ErrnoName);
        Assert.Contains("more than 64 backing files", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Backing_file_without_a_recorded_format_is_refused()
    {
        folder.Raw("base.img", 1 << 20);
        folder.Write("top.qcow2", SmallQcow2.Over("base.img", format: null));

        var refusal = folder.Refusal("top.qcow2");

        Assert.Equal("EINVAL", refusal.ErrnoName);
        Assert.Contains("no recorded format", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("qemu-img rebase", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Backing_file_of_a_qcow_image_has_no_format_and_is_refused()
    {
        folder.Raw("base.img", 1 << 20);
        folder.QemuImg("create", "-q", "-f", "qcow", "-u", "-b", "base.img", "-F", "raw", "top.qcow", "1M");

        Assert.Contains("no recorded format", folder.Refusal("top.qcow", "qcow").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nbd")]
    [InlineData("luks")]
    [InlineData("file")]
    public void Backing_format_that_is_none_is_refused(string format)
    {
        folder.Raw("base.img", 1 << 20);
        folder.Write("top.qcow2", SmallQcow2.Over("base.img", format));

        var refusal = folder.Refusal("top.qcow2");

        Assert.Equal("EINVAL", refusal.ErrnoName);
        Assert.Contains($"\"{format}\" is not a format", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Backing_file_that_is_not_of_its_recorded_format_is_refused()
    {
        folder.Raw("base.img", 1 << 20);
        Top("base.img", "qcow2");

        Assert.Contains("not a qcow2 image", folder.Refusal("top.qcow2").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("raw")]
    public void Probed_image_that_names_a_backing_file_is_refused_with_the_option_to_pass(string? format)
    {
        folder.Write("secret", "the host's own");
        folder.Write("disk.img", SmallQcow2.Over(folder["secret"], format));

        var refusal = folder.Refusal("disk.img");

        Assert.Equal("EPERM", refusal.ErrnoName);
        Assert.Contains("--format qcow2", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--format raw", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Raw_disk_that_carries_a_qcow2_header_is_shown_as_it_is_on_request()
    {
        folder.Write("secret", "the host's own");
        folder.Write("disk.img", SmallQcow2.Over(folder["secret"], "raw"));

        using var image = folder.Open("disk.img", "raw");

        Assert.Equal("raw", Assert.Single(image.Layers).Format);
    }

    [Fact]
    public void Given_format_lets_an_image_of_any_name_have_a_backing_file()
    {
        folder.Raw("base.img", 1 << 20);
        folder.Write("vm.snap1", SmallQcow2.Over("base.img", "raw"));

        using var image = folder.Open("vm.snap1", "qcow2");

        Assert.Equal(["qcow2", "raw"], image.Layers.Select(layer => layer.Format));
    }

    [Fact]
    public void Hostile_name_is_escaped_in_the_message()
    {
        folder.Write("top.qcow2", SmallQcow2.Over("\u001b[2J\n\uDCFF\"", "raw"));

        var refusal = folder.Refusal("top.qcow2");

        Assert.Contains("\\x1b[2J\\x0a\\xff\\\"", refusal.Message, StringComparison.Ordinal);
    }

    private void Top(string backing, string format) =>
        folder.QemuImg("create", "-q", "-f", "qcow2", "-u", "-b", backing, "-F", format, "top.qcow2", "1M");
}
