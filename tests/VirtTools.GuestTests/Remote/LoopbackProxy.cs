using System.Net;
using System.Net.Sockets;

namespace VirtTools.GuestTests.Remote;

/// <summary>Stands between a client and a server: a network that is slow, or that breaks after so many bytes.</summary>
internal sealed class LoopbackProxy : IDisposable
{
    private const int PieceSize = 32 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _server;
    private readonly TimeSpan _delay;
    private long _left;

    /// <param name="server">Port of the server.</param>
    /// <param name="delay">How long each piece of at most 32 KiB is held back.</param>
    /// <param name="bytes">How many bytes the server may send, over all connections; then every connection ends and there are no more.</param>
    public LoopbackProxy(int server, TimeSpan delay = default, long bytes = long.MaxValue)
    {
        _server = server;
        _delay = delay;
        _left = bytes;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Whether the network has broken.</summary>
    public bool HasBroken => _end.IsCancellationRequested;

    public void Dispose()
    {
        Break();
        _end.Dispose();
    }

    private void Break()
    {
        _end.Cancel();
        _listener.Stop();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                _ = ConnectAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Nobody is let in any more.
        }
    }

    private async Task ConnectAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _server, _end.Token);
                var up = CopyAsync(client.GetStream(), server.GetStream(), isCounted: false);
                var down = CopyAsync(server.GetStream(), client.GetStream(), isCounted: true);
                await Task.WhenAny(up, down);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // The server is gone, which the client sees by the end of its connection.
            }
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, bool isCounted)
    {
        var piece = new byte[PieceSize];
        try
        {
            while (await from.ReadAsync(piece, _end.Token) is > 0 and var count)
            {
                if (_delay > TimeSpan.Zero)
                {
                    await Task.Delay(_delay, _end.Token);
                }

                if (isCounted && Interlocked.Add(ref _left, -count) < 0)
                {
                    Break();
                    return;
                }

                await to.WriteAsync(piece.AsMemory(0, count), _end.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
    }
}
