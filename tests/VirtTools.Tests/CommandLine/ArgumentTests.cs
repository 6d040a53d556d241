using VirtTools.CommandLine.Keys;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;

namespace VirtTools.Tests.CommandLine;

public sealed class ArgumentTests
{
    [Fact]
    public void Arguments_that_are_no_UTF8_are_taken_from_the_kernel()
    {
        byte[] commandLine = [.. "/usr/bin/dotnet\0virt-cat.dll\0-a\0inv"u8, 0xFF, .. ".img\0\0/x\0"u8];

        var words = ProcessArguments.FromCommandLine(commandLine, ["-a", "inv\ufffd.img", "", "/x"]);

        Assert.Equal(["-a", "inv\udcff.img", "", "/x"], words);
    }

    [Fact]
    public void Without_proc_the_arguments_are_those_of_the_runtime()
    {
        Assert.Equal(["-a", "\ufffd"], ProcessArguments.FromCommandLine([], ["-a", "\ufffd"]));
    }

    [Theory]
    [InlineData("/dev/sda1", "/dev/sda1", "/", null, null)]
    [InlineData("/dev/sda1:/boot", "/dev/sda1", "/boot", null, null)]
    [InlineData("/dev/sda1:/:ro,noatime", "/dev/sda1", "/", "ro,noatime", null)]
    [InlineData("/dev/sda1:/::ext4", "/dev/sda1", "/", "", "ext4")]
    [InlineData("btrfsvol:/dev/sda1/root", "btrfsvol:/dev/sda1/root", "/", null, null)]
    [InlineData("btrfsvol:/dev/sda1/root:/x:ro:btrfs", "btrfsvol:/dev/sda1/root", "/x", "ro", "btrfs")]
    public void Mounts_have_up_to_four_parts(string text, string mountable, string mountPoint, string? options, string? type)
    {
        Assert.Equal(new MountChoice(mountable, mountPoint, options, type), MountChoice.Parse(text));
    }

    [Fact]
    public void A_file_URI_is_a_path_with_its_escapes_undone()
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder.Path + "/a b", "");

        Assert.Equal(folder.Path + "/a b", ImageAddress.ToPath($"file://{folder.Path}/a%20b"));
    }

    [Theory]
    [InlineData("nbd://localhost")]
    [InlineData("https://server/disk.img")]
    [InlineData("file://server")]
    public void Remote_disks_are_refused_with_a_sentence(string uri)
    {
        var failure = Assert.Throws<UsageException>(() => ImageAddress.ToPath(uri));

        Assert.Contains(uri, failure.Message);
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("/dev/sda1:other:secret")]
    [InlineData("/dev/sda1:base64:secret!")]
    [InlineData("secret:clevis")]
    public void A_passphrase_is_not_in_the_message_about_its_form(string selector)
    {
        var failure = Assert.Throws<UsageException>(() => KeyChoice.Parse(selector));

        Assert.DoesNotContain("secret", failure.Message);
    }
}
