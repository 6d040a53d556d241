using System.Diagnostics;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Remote;

/// <summary>One image behind a real server of any kind, with what a published command needs to reach it: the address, and whom it trusts.</summary>
internal sealed class ServedDisk : IDisposable
{
    private const string Target = "iqn.2003-01.org.example:disk";

    private readonly TestFolder _folder;
    private readonly LoopbackServer _server;
    private readonly Relay? _relay;
    private readonly string? _trust;

    /// <param name="kind">Scheme of the address.</param>
    /// <param name="image">The image.</param>
    /// <param name="folder">Where the server keeps what it needs.</param>
    /// <param name="bytesPerSecond">How fast the server answers; zero for never.</param>
    /// <param name="writable">Whether the server lets the image be written.</param>
    public ServedDisk(string kind, string image, TestFolder folder, int? bytesPerSecond = null, bool writable = false)
    {
        _folder = folder;
        var root = Path.GetDirectoryName(image)!;
        var tls = kind is "https" or "ftps" ? TestKeys.Certificate(folder) : default;
        _server = kind switch
        {
            "nbd" => LoopbackServer.Nbd(image, writable),
            "nbd+unix" => LoopbackServer.NbdSocket(image, folder["socket"], writable),
            "ssh" => Ssh(),
            "http" => LoopbackServer.Web(folder.Path, root),
            "https" => LoopbackServer.Web(folder.Path, root, tls),
            "ftp" => LoopbackServer.Ftp(root, bytesPerSecond: bytesPerSecond ?? 0),
            "ftps" => LoopbackServer.Ftp(root, tls),
            _ => LoopbackServer.Iscsi(folder.Path, image, Target),
        };

        // The data of ftp has connections of its own.
        _relay = bytesPerSecond is { } rate && kind is not ("ftp" or "ftps" or "nbd+unix") ? new Relay(_server.Port, rate) : null;
        var port = _relay?.Port ?? _server.Port;
        _trust = kind switch
        {
            "https" or "ftps" => $"mount --bind {tls.Certificate} /etc/ssl/certs/ca-certificates.crt && exec \"$@\"",
            "ssh" => Know(port),
            _ => null,
        };
        Uri = kind switch
        {
            "nbd" => $"nbd://127.0.0.1:{port}",
            "nbd+unix" => $"nbd+unix:///?socket={folder["socket"]}",
            "ssh" => $"ssh://127.0.0.1:{port}{image}",
            "iscsi" => $"iscsi://127.0.0.1:{port}/{Target}/1",
            _ => $"{kind}://localhost:{port}/{Path.GetFileName(image)}",
        };
    }

    public static IReadOnlyList<string> Kinds { get; } = ["nbd", "nbd+unix", "ssh", "http", "https", "ftp", "ftps", "iscsi"];

    public string Uri { get; }

    /// <summary>A command that can reach it.</summary>
    public ProcessStartInfo Prepare(string command, params IReadOnlyList<string> arguments)
    {
        var start = Published.Prepare(command, _folder.Path, arguments);
        return _trust is null ? start : Published.InMountNamespace(start, _trust);
    }

    /// <summary>Ends the server at once, as when its host fails.</summary>
    public void Kill() => _server.Kill();

    public void Dispose()
    {
        _relay?.Dispose();
        _server.Dispose();
    }

    private LoopbackServer Ssh()
    {
        Directory.CreateDirectory(_folder["home"]);
        return LoopbackServer.Ssh(_folder.Path, TestKeys.Ssh(_folder["host"]), TestKeys.Ssh(_folder["home/id_ed25519"]) + ".pub");
    }

    private string Know(int port)
    {
        File.WriteAllText(_folder["home/known_hosts"], $"[127.0.0.1]:{port} {File.ReadAllText(_folder["host.pub"])}");
        return $"mkdir -p ~/.ssh && mount --bind {_folder["home"]} ~/.ssh && exec \"$@\"";
    }
}
