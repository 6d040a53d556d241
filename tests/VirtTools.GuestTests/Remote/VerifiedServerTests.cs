using System.Diagnostics;
using VirtTools.Fixtures;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Remote;

/// <summary>
/// The published commands on https and ssh. Whom the host trusts stands in files whose places are fixed, so the commands run in a mount namespace
/// where a test's own lie over them.
/// </summary>
public sealed class VerifiedServerTests : IDisposable
{
    private const string Release = "/etc/os-release";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_certificate_of_an_authority_that_the_host_trusts_is_taken()
    {
        var pair = Certificate();
        using var server = LoopbackServer.Web(_folder.Path, Root(), pair);

        var ending = Published.Finish(Published.InMountNamespace(
            Cat($"https://localhost:{server.Port}/disk.img"),
            $"mount --bind {pair.Certificate} /etc/ssl/certs/ca-certificates.crt && exec \"$@\""));

        Assert.Equal("", ending.Error);
        Assert.Contains("ID=", ending.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_other_certificate_is_refused_with_the_remedy()
    {
        using var server = LoopbackServer.Web(_folder.Path, Root(), Certificate());

        var ending = Published.Finish(Cat($"https://localhost:{server.Port}/disk.img"));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Contains("certificate", ending.Error, StringComparison.Ordinal);
        Assert.Contains("update-ca-certificates", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_known_host_is_read_with_a_key_of_the_user()
    {
        using var server = Ssh();
        File.WriteAllText(_folder["home/known_hosts"], $"[127.0.0.1]:{server.Port} {File.ReadAllText(_folder["host.pub"])}");

        var ending = Published.Finish(InHome(Cat($"ssh://127.0.0.1:{server.Port}{Root()}/disk.img")));

        Assert.Equal("", ending.Error);
        Assert.Contains("ID=", ending.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_host_is_refused_and_the_sentence_says_how_to_get_to_know_it()
    {
        using var server = Ssh();
        File.WriteAllText(_folder["home/known_hosts"], "");

        var ending = Published.Finish(InHome(Cat($"ssh://127.0.0.1:{server.Port}{Root()}/disk.img")));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Contains($"ssh -p {server.Port} 127.0.0.1", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_with_another_key_is_refused()
    {
        using var server = Ssh();
        Key("other");
        File.WriteAllText(_folder["home/known_hosts"], $"[127.0.0.1]:{server.Port} {File.ReadAllText(_folder["other.pub"])}");

        var ending = Published.Finish(InHome(Cat($"ssh://127.0.0.1:{server.Port}{Root()}/disk.img")));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Contains("ssh-keygen -R", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_without_a_key_is_told_what_works()
    {
        using var server = Ssh();
        File.WriteAllText(_folder["home/known_hosts"], $"[127.0.0.1]:{server.Port} {File.ReadAllText(_folder["host.pub"])}");
        File.Delete(_folder["home/id_ed25519"]);

        var ending = Published.Finish(InHome(Cat($"ssh://127.0.0.1:{server.Port}{Root()}/disk.img")));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Contains("ssh-agent", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_password_and_an_unknown_certificate_are_refused_over_ftps()
    {
        var pair = Certificate();
        using var server = LoopbackServer.Ftps(Root(), pair, ("reader", "cleverpassword"));

        var unknown = Published.Finish(Cat($"ftps://reader:cleverpassword@localhost:{server.Port}/disk.img"));
        var wrong = Published.Finish(Published.InMountNamespace(
            Cat($"ftps://reader:anotherpassword@localhost:{server.Port}/disk.img"),
            $"mount --bind {pair.Certificate} /etc/ssl/certs/ca-certificates.crt && exec \"$@\""));

        Assert.Equal((1, ""), (unknown.ExitCode, unknown.Text));
        Assert.Contains("update-ca-certificates", unknown.Error, StringComparison.Ordinal);
        Assert.Equal((1, ""), (wrong.ExitCode, wrong.Text));
        Assert.Contains("user and password", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_only_the_agent_holds_opens_an_ssh_server()
    {
        using var server = Ssh();
        File.WriteAllText(_folder["home/known_hosts"], $"[127.0.0.1]:{server.Port} {File.ReadAllText(_folder["host.pub"])}");
        File.Move(_folder["home/id_ed25519"], _folder["key"]);
        var command = Cat($"ssh://127.0.0.1:{server.Port}{Root()}/disk.img");

        // The agent ends with the program that it starts.
        var ending = Published.Finish(InHome(Published.InShell(
            command, $"exec ssh-agent /bin/sh -c 'ssh-add -q {_folder["key"]} && exec \"$@\"' sh \"$@\"")));

        Assert.Equal("", ending.Error);
        Assert.Contains("ID=", ending.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ssh_server_over_a_slow_network_is_waited_for()
    {
        using var server = Ssh();
        using var proxy = new LoopbackProxy(server.Port, TimeSpan.FromMilliseconds(10));

        var ending = Through(proxy);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.Contains("ID=", ending.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ssh_server_that_is_lost_in_the_middle_is_a_sentence()
    {
        using var server = Ssh();
        using var proxy = new LoopbackProxy(server.Port, bytes: 45_000);

        var ending = Through(proxy);

        Assert.True(proxy.HasBroken);
        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Contains($"ssh://127.0.0.1:{proxy.Port}", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_an_ssh_server_has_in_part_only_is_refused()
    {
        using var server = Ssh();
        File.WriteAllText(_folder["home/known_hosts"], $"[127.0.0.1]:{server.Port} {File.ReadAllText(_folder["host.pub"])}");
        Tool("qemu-img", "convert", "-O", "qcow2", $"{Root()}/disk.img", _folder["disk.qcow2"]);
        using (var file = File.OpenWrite(_folder["disk.qcow2"]))
        {
            file.SetLength(file.Length / 2);
        }

        var ending = Published.Finish(InHome(Cat($"ssh://127.0.0.1:{server.Port}{_folder["disk.qcow2"]}")));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Contains("truncated", ending.Error, StringComparison.Ordinal);
    }

    private Ending Through(LoopbackProxy proxy)
    {
        File.WriteAllText(_folder["home/known_hosts"], $"[127.0.0.1]:{proxy.Port} {File.ReadAllText(_folder["host.pub"])}");
        return Published.Finish(InHome(Cat($"ssh://127.0.0.1:{proxy.Port}{Root()}/disk.img")));
    }

    private LoopbackServer Ssh()
    {
        Directory.CreateDirectory(_folder["home"]);
        Key("host");
        Key("home/id_ed25519");
        return LoopbackServer.Ssh(_folder.Path, _folder["host"], _folder["home/id_ed25519.pub"]);
    }

    private ProcessStartInfo InHome(ProcessStartInfo start) =>
        Published.InMountNamespace(start, $"mkdir -p ~/.ssh && mount --bind {_folder["home"]} ~/.ssh && exec \"$@\"");

    private ProcessStartInfo Cat(string uri) => Published.Prepare("virt-cat", _folder.Path, "-a", uri, "-m", "/dev/sda", Release);

    private string Root()
    {
        if (!File.Exists(_folder["disk.img"]))
        {
            File.Move(GuestImages.Named("ext4").CopyTo(_folder.Path), _folder["disk.img"]);
        }

        return _folder.Path;
    }

    private (string Key, string Certificate) Certificate()
    {
        Tool("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", _folder["tls.key"], "-out", _folder["tls.crt"]);
        return (_folder["tls.key"], _folder["tls.crt"]);
    }

    private void Key(string name) => Tool("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", _folder[name]);

    private static void Tool(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
