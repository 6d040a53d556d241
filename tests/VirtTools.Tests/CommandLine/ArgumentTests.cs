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

        Assert.Equal(new ImageChoice(folder.Path + "/a b", "raw", 512), ImageAddress.ToChoice($"file://{folder.Path}/a%20b", "raw", 512));
    }

    [Fact]
    public void A_file_URI_without_a_path_is_refused()
    {
        var failure = Assert.Throws<UsageException>(() => ImageAddress.ToChoice("file://server", null, null));

        Assert.Contains("file://server", failure.Message);
    }

    // What the original hands to add_drive for the same URI, but for the query of web addresses, which it drops.
    [Theory]
    [InlineData("nbd://localhost/x", "nbd", "localhost", "x", null, null, "x")]
    [InlineData("nbd://localhost", "nbd", "localhost", "", null, null, "localhost")]
    [InlineData("nbd+unix:///exp?socket=/tmp/a%20s", "nbd", "unix:/tmp/a s", "exp", null, null, "exp")]
    [InlineData("nbd+unix://?socket=/tmp/s", "nbd", "unix:/tmp/s", "", null, null, "unix:/tmp/s")]
    [InlineData("nbd://[::1]:10810/x", "nbd", "[::1]:10810", "x", null, null, "x")]
    [InlineData("ssh://u@h:23/a/b", "ssh", "h:23", "/a/b", "u", null, "b")]
    [InlineData("http://h/a%20b?x=y%20z", "http", "h", "/a b?x=y%20z", null, null, "a b")]
    [InlineData("https://u:p%40x@h/d/disk.qcow2", "https", "h", "/d/disk.qcow2", "u", "p@x", "disk.qcow2")]
    [InlineData("iscsi://u:p@h/iqn.2003-01.org.x/0", "iscsi", "h", "iqn.2003-01.org.x/0", "u", "p", "0")]
    [InlineData("rbd:///pool/img", "rbd", null, "pool/img", null, null, "img")]
    [InlineData("ftp://h/x", "ftp", "h", "/x", null, null, "x")]
    public void A_URI_is_taken_apart(string uri, string protocol, string? server, string path, string? user, string? secret, string name)
    {
        var address = Assert.IsType<RemoteChoice>(ImageAddress.ToChoice(uri, null, null)).Address;

        Assert.Equal((protocol, path, user, secret, name), (address.Protocol, address.Path, address.User, address.Secret, address.DisplayName));
        Assert.Equal(server is null ? [] : [server], address.Servers);
    }

    [Fact]
    public void A_password_is_not_in_the_message_about_a_URI()
    {
        var failure = Assert.Throws<UsageException>(() => ImageAddress.ToChoice("https://user:hunter2@server:port/x", null, null));

        Assert.DoesNotContain("hunter2", failure.Message);
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
