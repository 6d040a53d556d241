using VirtTools.Events;

namespace VirtTools.BlockAccess;

/// <summary>Progress of a transfer that the daemon does not see, told as the daemon tells it: nothing in the first two seconds, then three times a second, and the end.</summary>
internal sealed class HostProgress(EventHandlers events, string action, long total)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(333);

    private readonly long _start = Environment.TickCount64;
    private long? _next;
    private bool _told;

    /// <summary>Transfers that are shorter say nothing.</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Says how many bytes have been moved.</summary>
    public void Report(long position)
    {
        if (total <= 0 || !events.Wants(GuestEvents.Progress))
        {
            return;
        }

        var now = Environment.TickCount64;
        if (position >= total ? _told : now >= (_next ?? (_start + (long)InitialDelay.TotalMilliseconds)))
        {
            _told = position < total;
            _next = now + (long)Period.TotalMilliseconds;
            events.Raise(new GuestEvent(GuestEvents.Progress, "", new CallProgress(action, (ulong)Math.Min(position, total), (ulong)total)));
        }
    }
}
