using System.Security.Cryptography;
using VirtTools.Fixtures;
using VirtTools.Fixtures.Building;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Remote;

/// <summary>Disks behind real servers on loopback, opened by the library.</summary>
public sealed class RemoteDiskTests : IDisposable
{
    private const string Target = "iqn.2003-01.org.example:disk";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Kinds => ["nbd", "nbd+unix", "http", "ftp", "iscsi"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_of_a_guest_is_read_from_the_server_and_the_image_stays_as_it_was(string kind)
    {
        var image = Image("disk.img");
        var before = SHA256.HashData(File.ReadAllBytes(image));
        using var server = Serve(kind, image, out var path, out var address);
        using var handle = Guests.Prepare();
        handle.AddDrive(path, new() { Protocol = kind.Split('+')[0], Server = [address], ReadOnly = true });

        handle.Launch();
        handle.Mount("/dev/sda", "/");
        handle.Write("/written", "into the overlay"u8.ToArray());

        Assert.Contains("ID=", handle.Cat("/etc/os-release"), StringComparison.Ordinal);
        Assert.Equal(before, SHA256.HashData(File.ReadAllBytes(image)));
    }

    [Fact]
    public void A_qcow2_image_behind_a_server_is_recognised()
    {
        Programs.QemuImg.Run("convert", "-O", "qcow2", Image("disk.img"), _folder["disk.qcow2"]);
        using var server = LoopbackServer.Web(_folder.Path, _folder.Path);
        using var handle = Guests.Prepare();
        handle.AddDrive("/disk.qcow2", new() { Protocol = "http", Server = [server.Server], ReadOnly = true });

        handle.Launch();
        handle.MountRo("/dev/sda", "/");

        Assert.Contains("ID=", handle.Cat("/etc/os-release"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_names_a_second_file_is_not_followed_from_a_server()
    {
        Image("base.img");
        Programs.QemuImg.Run("create", "-q", "-f", "qcow2", "-b", _folder["base.img"], "-F", "raw", _folder["disk.qcow2"]);

        Assert.Contains("second file", Refusal("/disk.qcow2").Message + " " + Refusal("/disk.qcow2", "qcow2").Message.Replace("several files", "second file", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_is_shorter_than_its_tables_say_is_refused()
    {
        Programs.QemuImg.Run("convert", "-O", "qcow2", Image("disk.img"), _folder["disk.qcow2"]);
        using (var file = File.OpenWrite(_folder["disk.qcow2"]))
        {
            file.SetLength(file.Length / 2);
        }

        Assert.Contains("truncated", Refusal("/disk.qcow2").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_the_server_does_not_have_is_a_sentence() =>
        Assert.Contains("/nothing.img", Refusal("/nothing.img").Message, StringComparison.Ordinal);

    [Fact]
    public void A_server_that_does_not_answer_is_a_sentence()
    {
        using var handle = Guests.Prepare();
        handle.AddDrive("", new() { Protocol = "nbd", Server = ["127.0.0.1:1"], ReadOnly = true });

        var refusal = Assert.Throws<GuestfsException>(handle.Launch);

        Assert.Equal("ECONNREFUSED", refusal.ErrnoName);
        Assert.Contains("nbd://127.0.0.1:1", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_is_killed_in_the_middle_is_an_error_of_the_guest_that_names_it_and_not_a_hang()
    {
        using var server = LoopbackServer.Nbd(Image("disk.img"));
        using var handle = Guests.Prepare();
        handle.AddDrive("", new() { Protocol = "nbd", Server = [server.Server], ReadOnly = true });
        handle.Launch();
        handle.MountRo("/dev/sda", "/");

        server.Kill();
        handle.DropCaches(3);
        var failure = Assert.Throws<GuestfsException>(() => handle.Checksum("crc", "/files/hundred-kilobytes"));

        Assert.Equal("EIO", failure.ErrnoName);
        Assert.Contains("nbd://", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_server_is_waited_for()
    {
        var image = Image("disk.img");
        using var server = LoopbackServer.Web(_folder.Path, Path.GetDirectoryName(image)!, bytesPerSecond: 2_000_000);
        using var handle = Guests.Prepare();
        handle.AddDrive("/disk.img", new() { Protocol = "http", Server = [server.Server], ReadOnly = true });

        handle.Launch();
        handle.MountRo("/dev/sda", "/");

        Assert.Contains("ID=", handle.Cat("/etc/os-release"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_appliance_itself_has_no_network_for_a_remote_disk()
    {
        using var server = LoopbackServer.Nbd(Image("disk.img"));
        using var handle = Guests.Prepare();
        handle.AddDrive("", new() { Protocol = "nbd", Server = [server.Server], ReadOnly = true });

        handle.Launch();

        var sockets = Directory.GetFiles($"/proc/{handle.GetPid()}/fd").Select(f => new FileInfo(f).LinkTarget ?? "");
        var tcp = File.ReadAllLines("/proc/net/tcp").Skip(1).Select(line => $"socket:[{line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[9]}]").ToHashSet();
        Assert.DoesNotContain(sockets, tcp.Contains);
    }

    private GuestfsException Refusal(string path, string? format = null)
    {
        using var server = LoopbackServer.Web(_folder.Path, _folder.Path);
        using var handle = Guests.Prepare();
        handle.AddDrive(path, new() { Protocol = "http", Server = [server.Server], ReadOnly = true, Format = format });
        return Assert.Throws<GuestfsException>(handle.Launch);
    }

    private LoopbackServer Serve(string kind, string image, out string path, out string address)
    {
        var server = kind switch
        {
            "nbd" => LoopbackServer.Nbd(image),
            "nbd+unix" => LoopbackServer.NbdSocket(image, _folder["socket"]),
            "http" => LoopbackServer.Web(_folder.Path, _folder.Path),
            "ftp" => LoopbackServer.Ftp(_folder.Path),
            _ => LoopbackServer.Iscsi(_folder.Path, image, Target),
        };
        path = kind switch
        {
            "nbd" or "nbd+unix" => "",
            "iscsi" => $"{Target}/1",
            _ => "/disk.img",
        };
        address = kind == "nbd+unix" ? $"unix:{_folder["socket"]}" : server.Server;
        return server;
    }

    private string Image(string name)
    {
        File.Move(GuestImages.Named("ext4").CopyTo(_folder.Path), _folder[name]);
        return _folder[name];
    }
}
