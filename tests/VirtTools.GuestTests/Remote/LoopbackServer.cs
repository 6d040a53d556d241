using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace VirtTools.GuestTests.Remote;

/// <summary>A real server on the loopback interface, as the user who runs the tests, that shows one file. It ends with the test.</summary>
internal sealed class LoopbackServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private LoopbackServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>How add_drive calls it.</summary>
    public string Server => $"127.0.0.1:{Port}";

    /// <summary>qemu-nbd.</summary>
    public static LoopbackServer Nbd(string image, bool writable = false)
    {
        var port = FreePort();
        return Start(port, "qemu-nbd", [.. NbdOptions(writable), $"--port={port}", "--bind=127.0.0.1", image]);
    }

    /// <summary>qemu-nbd on a local socket.</summary>
    public static LoopbackServer NbdSocket(string image, string socket, bool writable = false)
    {
        var server = new LoopbackServer(Launch("qemu-nbd", [.. NbdOptions(writable), $"--socket={socket}", image]), 0);
        server.AwaitAs(() => File.Exists(socket));
        return server;
    }

    /// <summary>nginx over http, or over https with a key and a certificate; bytes a second may be limited, and who is let in by a file of names and passwords.</summary>
    public static LoopbackServer Web(
        string folder, string root, (string Key, string Certificate)? tls = null, int? bytesPerSecond = null, string? passwords = null)
    {
        var port = FreePort();
        var listen = tls is { } pair ? $"listen 127.0.0.1:{port} ssl; ssl_certificate {pair.Certificate}; ssl_certificate_key {pair.Key};" : $"listen 127.0.0.1:{port};";
        var limit = bytesPerSecond is { } rate ? $"limit_rate {rate};" : "";
        var locked = passwords is null ? "" : $"auth_basic disks; auth_basic_user_file {passwords};";
        var user = Environment.IsPrivilegedProcess ? "user root;" : "";
        string[] kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        var temporary = string.Concat(kinds.Select(kind => $"{kind}_temp_path {folder}/{kind};"));
        File.WriteAllText(
            $"{folder}/nginx.conf",
            $$"""
            {{user}} daemon off; master_process off; pid {{folder}}/nginx.pid; error_log {{folder}}/nginx.log;
            events {}
            http { access_log off; {{temporary}} server { {{listen}} {{limit}} {{locked}} root {{root}}; } }
            """);
        return Start(port, "/usr/sbin/nginx", ["-p", folder, "-e", $"{folder}/nginx.log", "-c", $"{folder}/nginx.conf"]);
    }

    /// <summary>pyftpdlib, which Debian installs for its own Python, over ftp, or over ftps with a key and a certificate.</summary>
    public static LoopbackServer Ftp(string root, (string Key, string Certificate)? tls = null, int bytesPerSecond = 0)
    {
        var port = FreePort();
        string[] pair = tls is { } files ? [files.Certificate, files.Key] : [];
        return Start(port, "/usr/bin/python3", ["-c", FtpServerScript.Text, $"{port}", root, $"{bytesPerSecond}", .. pair]);
    }

    /// <summary>sshd with a host key of its own, for who holds the user's key.</summary>
    public static LoopbackServer Ssh(string folder, string hostKey, string authorizedKeys)
    {
        var port = FreePort();
        if (Environment.IsPrivilegedProcess)
        {
            Directory.CreateDirectory("/run/sshd"); // where it is to be at home before anybody has logged in
        }

        File.WriteAllText(
            $"{folder}/sshd_config",
            $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {hostKey}
            AuthorizedKeysFile {authorizedKeys}
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            Subsystem sftp internal-sftp

            """);
        return Start(port, "/usr/sbin/sshd", ["-D", "-e", "-f", $"{folder}/sshd_config"]);
    }

    /// <summary>tgtd with one target, whose unit 1 is the file; with an account, only for who knows its password (CHAP).</summary>
    public static LoopbackServer Iscsi(string folder, string image, string target, (string User, string Password)? account = null)
    {
        var port = FreePort();
        var start = Prepared("/usr/sbin/tgtd", ["--foreground", "--iscsi", $"portal=127.0.0.1:{port}"]);
        start.Environment["TGT_IPC_SOCKET"] = $"{folder}/tgtd";
        var server = new LoopbackServer(Process.Start(start)!, port);
        server.AwaitAs(() => IsOpen(port) && File.Exists($"{folder}/tgtd.0"));
        server.Control(folder, "--op", "new", "--mode", "target", "--tid", "1", "--targetname", target);
        server.Control(folder, "--op", "new", "--mode", "logicalunit", "--tid", "1", "--lun", "1", "--backing-store", image);
        server.Control(folder, "--op", "bind", "--mode", "target", "--tid", "1", "--initiator-address", "ALL");
        if (account is { } known)
        {
            server.Control(folder, "--op", "new", "--mode", "account", "--user", known.User, "--password", known.Password);
            server.Control(folder, "--op", "bind", "--mode", "account", "--tid", "1", "--user", known.User);
        }

        return server;
    }

    /// <summary>Ends it at once, as when its host fails.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private static string[] NbdOptions(bool writable) =>
        ["--persistent", "--shared=4", "--format=raw", .. writable ? [] : new[] { "--read-only" }];

    private static LoopbackServer Start(int port, string program, string[] arguments)
    {
        var server = new LoopbackServer(Launch(program, arguments), port);
        server.AwaitAs(() => IsOpen(port));
        return server;
    }

    private static Process Launch(string program, string[] arguments) => Process.Start(Prepared(program, arguments))!;

    private static ProcessStartInfo Prepared(string program, string[] arguments) =>
        new(program, arguments) { RedirectStandardError = false, WorkingDirectory = "/" };

    private void Control(string folder, params string[] words)
    {
        var start = Prepared("/usr/sbin/tgtadm", ["--lld", "iscsi", .. words]);
        start.Environment["TGT_IPC_SOCKET"] = $"{folder}/tgtd";
        using var control = Process.Start(start)!;
        control.WaitForExit();
        Assert.Equal(0, control.ExitCode);
    }

    private void AwaitAs(Func<bool> ready)
    {
        for (var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds; !ready(); Thread.Sleep(20))
        {
            if (_process.HasExited || Environment.TickCount64 > end)
            {
                Dispose();
                throw new InvalidOperationException("the server did not start");
            }
        }
    }

    private static bool IsOpen(int port)
    {
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
