using VirtTools.GuestTests.Commands;
using VirtTools.GuestTests.Remote;

namespace VirtTools.GuestTests.Libvirt;

/// <summary>Guests whose disk is behind a server that asks for a password, which libvirt keeps as a secret.</summary>
public sealed class DomainSecretTests(ServedImage image) : IClassFixture<ServedImage>, IDisposable
{
    private const string Target = "iqn.2003-01.org.example:disk";
    private const string User = "reader";
    private const string Password = "not for every eye";
    private const string Uuid = "5ec0e700-2222-3333-4444-000000000001";
    private const string Usage = "<usage type='iscsi'><target>disks</target></usage>";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LibvirtDaemonFact]
    public void A_secret_is_found_by_its_UUID()
    {
        LibvirtDaemon.AddSecret(_folder, Uuid, Usage, Password);

        var ending = Cat($"uuid='{Uuid}'");

        Assert.Equal((0, "hello from the server\n", ""), (ending.ExitCode, ending.Text, ending.Error));
    }

    [LibvirtDaemonFact]
    public void A_secret_is_found_by_what_it_is_used_for()
    {
        LibvirtDaemon.AddSecret(_folder, Uuid, Usage, Password);

        var ending = Cat("usage='disks'");

        Assert.Equal((0, "hello from the server\n", ""), (ending.ExitCode, ending.Text, ending.Error));
    }

    [LibvirtDaemonFact]
    public void A_secret_that_the_server_does_not_take_is_not_shown()
    {
        LibvirtDaemon.AddSecret(_folder, Uuid, Usage, "another for this eye");

        var ending = Cat($"uuid='{Uuid}'");

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Matches("^virt-cat: web: [^\n]+\n$", ending.Error);
        Assert.DoesNotContain("another", ending.Error, StringComparison.Ordinal);
    }

    [LibvirtDaemonFact]
    public void A_secret_that_libvirt_does_not_have_is_a_sentence_with_its_name()
    {
        var ending = Cat($"uuid='{Uuid}'");

        Assert.Equal((1, ""), (ending.ExitCode, ending.Text));
        Assert.Matches("^virt-cat: web: [^\n]+\n$", ending.Error);
        Assert.Contains(Uuid, ending.Error, StringComparison.Ordinal);
        Assert.Contains("virsh secret-list", ending.Error, StringComparison.Ordinal);
    }

    private Ending Cat(string secret)
    {
        using var server = LoopbackServer.Iscsi(_folder.Path, image.Raw, Target, (User, Password));
        LibvirtDaemon.AddGuest(
            _folder,
            "web",
            $"<disk type='network' device='disk'><driver name='qemu' type='raw'/><source protocol='iscsi' name='{Target}/1'><host name='127.0.0.1' port='{server.Port}'/>"
            + $"<auth username='{User}'><secret type='iscsi' {secret}/></auth></source><target dev='vda' bus='virtio'/></disk>");
        using var daemon = new LibvirtDaemon(_folder);
        return Published.Run("virt-cat", _folder.Path, "-c", daemon.Uri, "-d", "web", "-m", "/dev/sda", "/greeting");
    }
}
