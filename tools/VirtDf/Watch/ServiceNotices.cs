using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;
using VirtTools.Posix;

namespace VirtTools.Commands.Watch;

/// <summary>What systemd is told about the service (sd_notify(3)).</summary>
/// <param name="notifier">Sends it; does nothing where no manager listens.</param>
/// <param name="watchdog">How long the manager waits for a sign of life before it ends the service; null for ever.</param>
internal sealed class ServiceNotices(ISystemdNotifier notifier, TimeSpan? watchdog)
{
    /// <summary>How long the manager waits for a sign of life.</summary>
    public TimeSpan? Watchdog { get; } = watchdog;

    /// <summary>For the manager that started this process. The package knows nothing of the watchdog, and its lifetime would call the service ready too early.</summary>
    public static ServiceNotices OfProcess()
    {
        var isForUs = ProcessEnvironment.Get("WATCHDOG_PID") is not { } number || number == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var hasTime = long.TryParse(ProcessEnvironment.Get("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0;
        return new(new SystemdNotifier(), isForUs && hasTime ? TimeSpan.FromMicroseconds(microseconds) : null);
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
        try
        {
            notifier.Notify(new ServiceState(state));
        }
        catch (SocketException)
        {
            // A manager that does not listen is no reason to stop working.
        }
    }
}
