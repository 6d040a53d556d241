using VirtTools.Fixtures;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Remote;

/// <summary>The published commands on disks behind servers that want a password, are slow, break off, or are written to.</summary>
public sealed class RemoteCommandTests : IDisposable
{
    private const string Target = "iqn.2003-01.org.example:disk";
    private const string Release = "/etc/os-release";

    private static readonly (string User, string Password) s_account = ("reader", "cleverpassword");

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("http")]
    [InlineData("iscsi")]
    public void A_password_opens_the_disk_and_another_one_is_refused_and_told_nowhere(string kind)
    {
        var image = Image();
        using var server = kind == "http"
            ? LoopbackServer.Web(_folder.Path, _folder.Path, account: s_account)
            : LoopbackServer.Iscsi(_folder.Path, image, Target, s_account);
        var place = kind == "http" ? "disk.img" : $"{Target}/1";

        var right = Cat($"{kind}://reader:cleverpassword@{server.Server}/{place}");
        var wrong = Cat($"{kind}://reader:anotherpassword@{server.Server}/{place}");
        var none = Cat($"{kind}://{server.Server}/{place}");

        Assert.Equal((0, ""), (right.ExitCode, right.Error));
        Assert.Contains("ID=", right.Text, StringComparison.Ordinal);
        foreach (var refused in (Ending[])[wrong, none])
        {
            Assert.Equal((1, ""), (refused.ExitCode, refused.Text));
            Assert.Contains("user and password", refused.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("anotherpassword", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_on_a_disk_behind_a_server_is_edited()
    {
        var image = Image();
        using (var server = LoopbackServer.Nbd(image, writable: true))
        {
            var ending = Run("virt-edit", "-a", $"nbd://{server.Server}", "-m", "/dev/sda", "--replace", "s/^ID=.*/ID=edited/", "-b", ".orig", Release);

            Assert.Equal((0, "", ""), (ending.ExitCode, ending.Text, ending.Error));
        }

        using var guest = Guests.Prepare();
        guest.AddDrive(image, new() { ReadOnly = true, Format = "raw" });
        guest.Launch();
        guest.MountRo("/dev/sda", "/");
        Assert.Contains("ID=edited", guest.ReadLines(Release));
        Assert.DoesNotContain("ID=edited", guest.ReadLines(Release + ".orig"));
    }

    [Fact]
    public void A_server_that_only_shows_its_disk_is_told_when_it_is_to_be_written()
    {
        var image = Image();
        using var server = LoopbackServer.Nbd(image);

        var ending = Run("virt-edit", "-a", $"nbd://{server.Server}", "-m", "/dev/sda", "--replace", "s/^ID=.*/ID=edited/", Release);

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Contains($"nbd://{server.Server}", ending.Error, StringComparison.Ordinal);
        Assert.Contains("allow writing", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_size_of_sectors_holds_for_a_disk_behind_a_server()
    {
        using (var guest = Guests.Prepare())
        {
            File.WriteAllBytes(_folder["disk.img"], []);
            using (var file = File.OpenWrite(_folder["disk.img"]))
            {
                file.SetLength(64 << 20);
            }

            guest.AddDrive(_folder["disk.img"], new() { Format = "raw", BlockSize = 4096 });
            guest.Launch();
            guest.PartDisk("/dev/sda", "gpt");
            guest.Mkfs("ext4", "/dev/sda1");
            guest.Mount("/dev/sda1", "/");
            guest.Write("/found", "on sectors of 4096 bytes\n"u8.ToArray());
            guest.Shutdown();
        }

        using var server = LoopbackServer.Web(_folder.Path, _folder.Path);
        string[] job = ["-a", $"http://{server.Server}/disk.img", "-m", "/dev/sda1", "/found"];

        var with = Run("virt-cat", ["--blocksize=4096", .. job]);
        var without = Run("virt-cat", job);

        Assert.Equal((0, "on sectors of 4096 bytes\n", ""), (with.ExitCode, with.Text, with.Error));
        Assert.Equal((1, ""), (without.ExitCode, without.Text));
    }

    [Theory]
    [InlineData("nbd")]
    [InlineData("http")]
    [InlineData("iscsi")]
    public void A_slow_network_is_waited_for(string kind)
    {
        using var server = Serve(kind);
        using var proxy = new LoopbackProxy(server.Port, TimeSpan.FromMilliseconds(10));

        var ending = Cat(Uri(kind, proxy.Port));

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.Contains("ID=", ending.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_server_of_files_is_waited_for()
    {
        Image();
        using var server = LoopbackServer.SlowFtp(_folder.Path, bytesPerSecond: 2_000_000);

        var ending = Cat($"ftp://{server.Server}/disk.img");

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.Contains("ID=", ending.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nbd")]
    [InlineData("http")]
    public void A_network_that_breaks_in_the_middle_is_a_sentence_with_the_server_and_status_1(string kind)
    {
        using var server = Serve(kind);
        using var proxy = new LoopbackProxy(server.Port, bytes: kind == "http" ? 300_000 : 45_000);

        // Of http QEMU reads 256 KiB ahead, of the others what the guest asks for.
        var ending = Cat(Uri(kind, proxy.Port));

        Assert.True(proxy.HasBroken);
        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Contains($"{kind}://127.0.0.1:{proxy.Port}", ending.Error, StringComparison.Ordinal);
        Assert.Single(ending.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void An_iSCSI_server_that_is_gone_is_waited_for_until_the_time_is_over()
    {
        using var server = Serve("iscsi");
        using var proxy = new LoopbackProxy(server.Port, bytes: 45_000);

        var ending = Run("virt-cat", "--timeout", "30", "-a", Uri("iscsi", proxy.Port), "-m", "/dev/sda", Release);

        Assert.True(proxy.HasBroken);
        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Contains("--timeout", ending.Error, StringComparison.Ordinal);
    }

    private LoopbackServer Serve(string kind)
    {
        var image = Image();
        return kind switch
        {
            "nbd" => LoopbackServer.Nbd(image),
            "http" => LoopbackServer.Web(_folder.Path, _folder.Path),
            _ => LoopbackServer.Iscsi(_folder.Path, image, Target),
        };
    }

    private static string Uri(string kind, int port) => $"{kind}://127.0.0.1:{port}/{kind switch { "nbd" => "", "iscsi" => $"{Target}/1", _ => "disk.img" }}";

    private Ending Cat(string uri) => Run("virt-cat", "-a", uri, "-m", "/dev/sda", Release);

    private Ending Run(string command, params IReadOnlyList<string> arguments) => Published.Run(command, _folder.Path, arguments);

    private string Image()
    {
        File.Move(GuestImages.Named("ext4").CopyTo(_folder.Path), _folder["disk.img"]);
        return _folder["disk.img"];
    }
}
