using System.Net;
using System.Net.Sockets;

namespace VirtTools.GuestTests.Remote;

/// <summary>Stands between a command and a server on loopback: what the server answers passes at a low rate, or not at all.</summary>
internal sealed class Relay : IDisposable
{
    private const int Piece = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];
    private readonly int _server;
    private readonly int _bytesPerSecond;

    /// <param name="server">Port of the server.</param>
    /// <param name="bytesPerSecond">The rate of its answers on each connection; zero for none.</param>
    public Relay(int server, int bytesPerSecond)
    {
        _server = server;
        _bytesPerSecond = bytesPerSecond;
        _listener.Start();
        Run(Accept);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        lock (_sockets)
        {
            _sockets.ForEach(socket => socket.Dispose());
        }
    }

    private void Accept()
    {
        while (true)
        {
            var client = Keep(_listener.AcceptSocket());
            var server = Keep(new Socket(SocketType.Stream, ProtocolType.Tcp));
            server.Connect(IPAddress.Loopback, _server);
            Run(() => Pass(client, server, pause: TimeSpan.Zero));
            if (_bytesPerSecond > 0)
            {
                Run(() => Pass(server, client, TimeSpan.FromSeconds((double)Piece / _bytesPerSecond)));
            }
        }
    }

    private static void Pass(Socket from, Socket to, TimeSpan pause)
    {
        var piece = new byte[Piece];
        while (from.Receive(piece) is > 0 and var length)
        {
            to.Send(piece.AsSpan(0, length));
            Thread.Sleep(pause);
        }

        to.Shutdown(SocketShutdown.Send);
    }

    private Socket Keep(Socket socket)
    {
        lock (_sockets)
        {
            _sockets.Add(socket);
        }

        return socket;
    }

    private static void Run(Action work) => new Thread(() =>
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One of the ends is gone.
        }
    }) { IsBackground = true }.Start();
}
