using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace VirtTools.GuestTests.Watch;

/// <summary>
/// Listens as systemd does (sd_notify(3)): all the time, since a socket keeps few messages (net.unix.max_dgram_qlen) and whoever sends one more has to wait.
/// </summary>
internal sealed class ServiceManager : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly ConcurrentQueue<string> _told = [];
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 100 };
    private readonly Thread _listener;
    private volatile bool _isOver;

    /// <param name="path">Where the socket is made.</param>
    public ServiceManager(string path)
    {
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        _listener = new Thread(Listen) { IsBackground = true, Name = "service manager" };
        _listener.Start();
    }

    /// <summary>All that the service has said so far.</summary>
    public IReadOnlyList<string> Told => [.. _told];

    /// <summary>Waits until the service has said so.</summary>
    public void WaitFor(string state)
    {
        for (var clock = Stopwatch.StartNew(); !_told.Contains(state); Thread.Sleep(20))
        {
            Assert.True(clock.Elapsed < s_patience, $"{state} was not said; what was: {string.Join(", ", _told.Distinct())}");
        }
    }

    public void Dispose()
    {
        _isOver = true;
        _listener.Join();
        _socket.Dispose();
    }

    private void Listen()
    {
        var buffer = new byte[4096];
        while (!_isOver)
        {
            try
            {
                _told.Enqueue(Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer)));
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock)
            {
                // Nothing was said for a while.
            }
        }
    }
}
