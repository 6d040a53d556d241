using VirtTools.Libvirt;
using VirtTools.Remote;

namespace VirtTools.Appliance.Command;

/// <summary>Checks of the places that disks may come from besides files: libvirt and servers.</summary>
internal static class SourceCheckup
{
    // Nobody listens there, so what fails is either the connection or the driver.
    private const string Nowhere = "127.0.0.1:1";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly string[] s_keys = ["id_ed25519", "id_ecdsa", "id_rsa"];
    private static readonly string[] s_authorities = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"];

    private static string SshFolder => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh");

    public static async Task<string> LibvirtAsync(CancellationToken cancellationToken)
    {
        try
        {
            LibvirtLibrary.Require();
        }
        catch (LibvirtException e)
        {
            throw new CheckFailedException(e.Message, "for -d and -c: install the package libvirt0 (Debian, Ubuntu) or libvirt-libs (Fedora)");
        }

        try
        {
            await Task.Run(() => LibvirtConnection.Open(null).Dispose(), cancellationToken).WaitAsync(s_patience, cancellationToken).ConfigureAwait(false);
            return "its library is there and finds a service";
        }
        catch (LibvirtException e)
        {
            throw new CheckFailedException(e.Message, "for guests of this host: start libvirt's service, and add the user to its group (libvirt)");
        }
        catch (TimeoutException)
        {
            throw new CheckFailedException($"libvirt did not answer in {s_patience.TotalSeconds} seconds", "start libvirt's service anew, or ask another with -c");
        }
    }

    public static async Task<string> ServersAsync(CancellationToken cancellationToken)
    {
        List<string> missing = [];
        foreach (var (protocol, path) in ((string, string)[])[("ssh", "/disk"), ("https", "/disk"), ("ftps", "/disk"), ("iscsi", "target/0")])
        {
            if (!await HasDriverAsync(protocol, path, cancellationToken).ConfigureAwait(false))
            {
                missing.Add(protocol);
            }
        }

        return missing.Count == 0
            ? "QEMU has the drivers for nbd, ssh, http, ftp and iscsi"
            : throw new CheckFailedException(
                $"QEMU has no driver for {string.Join(", ", missing)}", "install the package qemu-block-extra (Debian, Ubuntu), or qemu-block-curl, qemu-block-ssh and qemu-block-iscsi (Fedora)");
    }

    public static string Ssh()
    {
        if (!File.Exists(Path.Combine(SshFolder, "known_hosts")) && !File.Exists("/etc/ssh/ssh_known_hosts"))
        {
            throw new CheckFailedException("no host is known (known_hosts)", "for ssh:// disks: connect once with ssh, compare the fingerprint, and let ssh keep it");
        }

        return Environment.GetEnvironmentVariable("SSH_AUTH_SOCK") is { Length: > 0 } || s_keys.Any(key => File.Exists(Path.Combine(SshFolder, key)))
            ? "hosts are known, and there is an agent or a key"
            : throw new CheckFailedException("there is neither an ssh-agent nor a key in ~/.ssh", "for ssh:// disks: load a key into ssh-agent (ssh-add), or keep one without passphrase in ~/.ssh");
    }

    public static string Certificates() =>
        s_authorities.FirstOrDefault(File.Exists)
            ?? throw new CheckFailedException(
                "the host trusts no authority", "for https:// and ftps:// disks: install the package ca-certificates; update-ca-certificates adds authorities of your own");

    // A launch opens remote disks before anything else.
    private static async Task<bool> HasDriverAsync(string protocol, string path, CancellationToken cancellationToken)
    {
        var handle = new Guestfs();
        await using var disposal = handle.ConfigureAwait(false);
        handle.AddDrive(path, new() { Protocol = protocol, Server = [Nowhere], ReadOnly = true });
        try
        {
            await handle.LaunchAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (GuestfsException e)
        {
            return !RemoteFailure.IsMissingDriver(e.Message);
        }
    }
}
