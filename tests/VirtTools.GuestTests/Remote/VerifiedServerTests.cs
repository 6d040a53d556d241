using System.Diagnostics;
using VirtTools.Fixtures;
using VirtTools.Fixtures.Building;
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
        var pair = TestKeys.Certificate(_folder);
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
        using var server = LoopbackServer.Web(_folder.Path, Root(), TestKeys.Certificate(_folder));

        var ending = Published.Finish(Cat($"https://localhost:{server.Port}/disk.img"));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Contains("certificate", ending.Error, StringComparison.Ordinal);
        Assert.Contains("update-ca-certificates", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_known_host_is_read_with_a_key_of_the_user()
    {
        using var server = Ssh();
        Know(server);

        var ending = Published.Finish(InHome(Cat($"ssh://127.0.0.1:{server.Port}{Root()}/disk.img")));

        Assert.Equal("", ending.Error);
        Assert.Contains("ID=", ending.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_only_the_agent_holds_is_enough()
    {
        using var server = Ssh();
        Know(server);
        using var agent = Process.Start(new ProcessStartInfo("ssh-agent", ["-D", "-a", _folder["agent"]]) { RedirectStandardOutput = true })!;
        try
        {
            SpinWait.SpinUntil(() => File.Exists(_folder["agent"]), TimeSpan.FromSeconds(30));
            new HostProgram("ssh-add", "openssh-client").Run(
                ProgramInput.None with { Environment = new Dictionary<string, string> { ["SSH_AUTH_SOCK"] = _folder["agent"] } }, "-q", _folder["home/id_ed25519"]);
            Array.ForEach(Directory.GetFiles(_folder["home"], "id_*"), File.Delete);
            var reading = InHome(Cat($"ssh://127.0.0.1:{server.Port}{Root()}/disk.img"));
            reading.Environment["SSH_AUTH_SOCK"] = _folder["agent"];

            var ending = Published.Finish(reading);

            Assert.Equal("", ending.Error);
            Assert.Contains("ID=", ending.Text, StringComparison.Ordinal);
        }
        finally
        {
            agent.Kill();
        }
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
        TestKeys.Ssh(_folder["other"]);
        File.WriteAllText(_folder["home/known_hosts"], $"[127.0.0.1]:{server.Port} {File.ReadAllText(_folder["other.pub"])}");

        var ending = Published.Finish(InHome(Cat($"ssh://127.0.0.1:{server.Port}{Root()}/disk.img")));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Contains("ssh-keygen -R", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_without_a_key_is_told_what_works()
    {
        using var server = Ssh();
        Know(server);
        File.Delete(_folder["home/id_ed25519"]);

        var ending = Published.Finish(InHome(Cat($"ssh://127.0.0.1:{server.Port}{Root()}/disk.img")));

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Contains("ssh-agent", ending.Error, StringComparison.Ordinal);
    }

    private LoopbackServer Ssh()
    {
        Directory.CreateDirectory(_folder["home"]);
        File.Copy(TestKeys.Ssh(_folder["home/id_ed25519"]) + ".pub", _folder["authorized"]);
        return LoopbackServer.Ssh(_folder.Path, TestKeys.Ssh(_folder["host"]), _folder["authorized"]);
    }

    private void Know(LoopbackServer server) =>
        File.WriteAllText(_folder["home/known_hosts"], $"[127.0.0.1]:{server.Port} {File.ReadAllText(_folder["host.pub"])}");

    // Neither keys nor agent of who runs the tests.
    private ProcessStartInfo InHome(ProcessStartInfo start)
    {
        start.Environment.Remove("SSH_AUTH_SOCK");
        return Published.InMountNamespace(start, $"mkdir -p ~/.ssh && mount --bind {_folder["home"]} ~/.ssh && exec \"$@\"");
    }

    private ProcessStartInfo Cat(string uri) => Published.Prepare("virt-cat", _folder.Path, "-a", uri, "-m", "/dev/sda", Release);

    private string Root()
    {
        if (!File.Exists(_folder["disk.img"]))
        {
            File.Move(GuestImages.Named("ext4").CopyTo(_folder.Path), _folder["disk.img"]);
        }

        return _folder.Path;
    }
}
