using VirtTools.Images;
using VirtTools.Launch;

namespace VirtTools.Remote;

/// <summary>What a remote disk needs of this host.</summary>
internal sealed record RemoteHost
{
    /// <summary>QEMU, as for the appliance.</summary>
    public string? Hypervisor { get; init; }

    /// <summary>Where a socket may have a name for a moment.</summary>
    public required TemporaryFolder TemporaryFolder { get; init; }

    /// <summary>Where it is kept what this QEMU can do.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>How long a server may take to show the disk.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>What the process that talks to the server may read beyond what every QEMU may.</summary>
    public static FenceGate GateFor(RemoteAddress address) => address.Protocol switch
    {
        _ when address.Servers is [{ Socket: not null }] => new([], NeedsNetwork: false, KeepsUser: false),

        // Keys and known_hosts are the user's; another user could not read them.
        RemoteProtocol.Ssh => new([.. UserFiles(), "/etc/passwd", "/etc/ssh/ssh_known_hosts"], NeedsNetwork: true, KeepsUser: true),
        RemoteProtocol.Https or RemoteProtocol.Ftps => new(CertificatePlaces, NeedsNetwork: true, KeepsUser: false),
        RemoteProtocol.Rbd => new(["/etc/ceph"], NeedsNetwork: true, KeepsUser: true),
        _ => new([], NeedsNetwork: true, KeepsUser: false),
    };

    private static string[] CertificatePlaces =>
    [
        "/etc/ssl", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates", "/etc/pki", "/etc/ca-certificates", "/etc/gnutls",
        "/etc/crypto-policies", "/usr/share/crypto-policies",
    ];

    // Not its configuration, which could name programs.
    private static IEnumerable<string> UserFiles()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string[] names = ["known_hosts", "id_ed25519", "id_ecdsa", "id_rsa", "id_ed25519.pub", "id_ecdsa.pub", "id_rsa.pub"];
        return names.Select(name => $"{home}/.ssh/{name}");
    }
}
