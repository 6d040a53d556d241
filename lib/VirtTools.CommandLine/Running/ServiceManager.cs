using System.Net.Sockets;
using System.Text;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Running;

/// <summary>Tells systemd how a service is: the protocol of sd_notify(3), a datagram to the socket that NOTIFY_SOCKET names.</summary>
/// <param name="socketName">Path of the socket, or a name that begins with <c>@</c>; null where no manager listens.</param>
/// <param name="watchdog">How long the manager waits for a sign of life before it ends the service; null for ever.</param>
internal sealed class ServiceManager(string? socketName, TimeSpan? watchdog)
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    /// <summary>How long the manager waits for a sign of life.</summary>
    public TimeSpan? Watchdog { get; } = watchdog;

    /// <summary>The manager that started this process.</summary>
    public static ServiceManager OfProcess()
    {
        var isForUs = ProcessEnvironment.Get("WATCHDOG_PID") is not { } number || number == Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var hasTime = long.TryParse(ProcessEnvironment.Get("WATCHDOG_USEC"), out var microseconds) && microseconds > 0;
        return new(ProcessEnvironment.Get("NOTIFY_SOCKET"), isForUs && hasTime ? TimeSpan.FromTicks(microseconds * TicksPerMicrosecond) : null);
    }

    /// <summary>The service does its work from now on.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    /// <summary>What <c>systemctl status</c> shows.</summary>
    public void Status(string status) => Send($"STATUS={status}");

    /// <summary>A sign of life.</summary>
    public void Alive() => Send("WATCHDOG=1");

    /// <summary>The service is about to end.</summary>
    public void Stopping() => Send("STOPPING=1");

    private void Send(string state)
    {
        if (string.IsNullOrEmpty(socketName))
        {
            return;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            var address = socketName[0] == '@' ? "\0" + socketName[1..] : socketName;
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(address));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            // A manager that does not listen is no reason to stop working.
        }
    }
}
