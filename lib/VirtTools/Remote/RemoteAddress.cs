using VirtTools.Images;

namespace VirtTools.Remote;

/// <summary>A disk behind a server.</summary>
internal sealed record RemoteAddress
{
    public required RemoteProtocol Protocol { get; init; }

    /// <summary>One server; for rbd any number, none for those of its configuration.</summary>
    public required IReadOnlyList<RemoteServer> Servers { get; init; }

    /// <summary>What is asked for there: an export, an absolute path (perhaps with a query), target and unit, pool and image.</summary>
    public required string Path { get; init; }

    public string? User { get; init; }

    /// <summary>Password or key. It is in no text that is made of this.</summary>
    public string? Secret { get; init; }

    /// <summary>The path without a query, which may hold a signature.</summary>
    public string PathOnly => Protocol.IsWeb && Path.IndexOf('?') is >= 0 and var query ? Path[..query] : Path;

    /// <summary>Checks what only the protocol knows.</summary>
    /// <exception cref="ImageException">The address makes no sense.</exception>
    public static RemoteAddress Of(string protocolName, string path, IReadOnlyList<string>? servers, string? user, string? secret)
    {
        if (RemoteProtocols.Find(protocolName) is not { } protocol)
        {
            throw new ImageException("ENOTSUP", $"{path}: disks of the protocol {ImageException.Quote(protocolName)} are not supported; there is nbd, ssh, http, https, ftp, ftps, iscsi and rbd");
        }

        var address = new RemoteAddress
        {
            Protocol = protocol,
            Servers = [.. (servers ?? []).Select(s => RemoteServer.Parse(s) ?? throw new ImageException("EINVAL", $"{ImageException.Quote(s)} is not a server; write HOST, HOST:PORT or unix:/PATH"))],
            Path = path,
            User = string.IsNullOrEmpty(user) ? null : user,
            Secret = string.IsNullOrEmpty(secret) ? null : secret,
        };
        return address.Problem() is { } problem ? throw new ImageException("EINVAL", $"{address}: {problem}") : address;
    }

    private string? Problem() => this switch
    {
        { Protocol: not RemoteProtocol.Rbd, Servers.Count: not 1 } => $"{Protocol.Name} takes exactly one server",
        { Protocol: not RemoteProtocol.Nbd } when Servers.Any(s => s.Socket is not null) => "only nbd can be reached over a local socket",
        _ when Path.Any(char.IsControl) || (User?.Any(char.IsControl) ?? false) => "there are control characters in it",
        { Protocol: RemoteProtocol.Nbd or RemoteProtocol.Ssh, Secret: not null } => $"{Protocol.Name} takes no password (for ssh, load a key into ssh-agent)",
        { Protocol: RemoteProtocol.Nbd, User: not null } => "nbd knows no users",
        { Secret: not null, User: null } => "a password needs a user",
        { Protocol: RemoteProtocol.Iscsi } when Target().Name.Length == 0 => "iscsi takes a target and the number of a unit, TARGET/UNIT",
        { Protocol: RemoteProtocol.Rbd } when Path.Split('/') is not [{ Length: > 0 }, { Length: > 0 }] => "rbd takes a pool and an image, POOL/IMAGE",
        { Protocol: RemoteProtocol.Nbd or RemoteProtocol.Iscsi or RemoteProtocol.Rbd } => null,
        _ when !Path.StartsWith('/') => "the path at the server must be absolute",
        _ => null,
    };

    /// <summary>Target and unit of an iSCSI disk; unit 0 where none is named. Without a name where that makes no sense.</summary>
    public (string Name, int Unit) Target()
    {
        var slash = Path.LastIndexOf('/');
        return slash < 0 ? (Path, 0) : int.TryParse(Path[(slash + 1)..], out var unit) && unit is >= 0 and < 16384 ? (Path[..slash], unit) : ("", 0);
    }

    /// <summary>As a URI without password and query: how messages call it.</summary>
    public override string ToString()
    {
        var socket = Servers.Count > 0 ? Servers[0].Socket : null;
        var user = User is null || socket is not null ? "" : $"{User}@";
        var path = PathOnly.StartsWith('/') ? PathOnly : $"/{PathOnly}";
        return socket is null
            ? $"{Protocol.Name}://{user}{string.Join(',', Servers)}{path}"
            : $"{Protocol.Name}+unix://{path}?socket={socket}";
    }
}
