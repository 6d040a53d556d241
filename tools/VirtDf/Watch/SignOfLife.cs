namespace VirtTools.Commands.Watch;

/// <summary>Tells the service manager that the watch lives, as long as its loop goes on: a loop that hangs is ended and started again by the manager.</summary>
internal sealed class SignOfLife : IDisposable
{
    private readonly ServiceNotices _manager;
    private readonly TimeSpan _longestSilence;
    private readonly Timer? _timer;
    private long _lastBeat = Environment.TickCount64;

    /// <param name="manager">The manager.</param>
    /// <param name="longestSilence">A loop that gives no beat for longer hangs.</param>
    public SignOfLife(ServiceNotices manager, TimeSpan longestSilence)
    {
        _manager = manager;
        _longestSilence = longestSilence;
        if (manager.Watchdog is { } watchdog)
        {
            // As sd_watchdog_enabled(3) advises: every half of the time.
            _timer = new Timer(_ => Tell(), null, TimeSpan.Zero, watchdog / 2);
        }
    }

    /// <summary>The loop goes on.</summary>
    public void Beat() => Volatile.Write(ref _lastBeat, Environment.TickCount64);

    public void Dispose() => _timer?.Dispose();

    private void Tell()
    {
        if (Environment.TickCount64 - Volatile.Read(ref _lastBeat) < _longestSilence.TotalMilliseconds)
        {
            _manager.Alive();
        }
    }
}
