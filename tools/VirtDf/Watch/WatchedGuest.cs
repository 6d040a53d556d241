using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Options;

namespace VirtTools.Commands.Watch;

/// <summary>What the watch remembers of a guest.</summary>
/// <param name="drives">Its images.</param>
internal sealed class WatchedGuest(IReadOnlyList<DriveChoice> drives)
{
    // A file system that cannot be read is nearly always the image's own fault; now and then it was that of the storage, for a moment.
    private const int RoundsUntilAnotherTry = 12;

    private ImageStamp? _stamp;
    private int _roundsSinceRead;

    public IReadOnlyList<DriveChoice> Drives { get; } = drives;

    public string Name { get; } = GuestName.Of(drives);

    /// <summary>The figures of the last reading that succeeded, and what failed in the last one; null before the first.</summary>
    public GuestUsage? Usage { get; private set; }

    /// <summary>When the guest was last read, in seconds since 1970; 0 for never.</summary>
    public long LastSuccess { get; private set; }

    /// <summary>How often it was read.</summary>
    public long Reads { get; private set; }

    /// <summary>How often it could not be opened, or not in time.</summary>
    public long Failures { get; private set; }

    /// <summary>Whether a reading waits for its turn or goes on, be it that it was given up.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Whether the last reading took all the time that it was given, in vain.</summary>
    public bool HasHung { get; set; }

    /// <summary>Whether it is listed no more.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether the last reading left something unread.</summary>
    public bool HasFailed => Usage is { Failures.Count: > 0 };

    /// <summary>Whether the images may hold something else than at the last reading.</summary>
    /// <param name="stamp">How the images look now; null where that cannot be known.</param>
    public bool MustBeRead(ImageStamp? stamp) => stamp is null || _stamp is null || stamp.Text != _stamp.Text || IsWorthAnotherTry;

    private bool IsWorthAnotherTry => Usage is { IsReadable: false } || (HasFailed && _roundsSinceRead >= RoundsUntilAnotherTry);

    /// <summary>Takes the result of a reading.</summary>
    /// <param name="usage">The result.</param>
    /// <param name="stamp">How the images looked before it.</param>
    /// <returns>Whether the guest fails now in another way than before, so that it is worth a line in the log.</returns>
    public bool Take(GuestUsage usage, ImageStamp? stamp)
    {
        var before = Usage?.Failures ?? [];
        Reads++;
        _roundsSinceRead = 0;
        _stamp = stamp;
        if (usage.IsReadable)
        {
            LastSuccess = usage.Time;
            Usage = usage;
        }
        else
        {
            Failures++;
            Usage = usage with { Filesystems = Usage?.Filesystems ?? [] };
        }

        return usage.Failures.Count > 0 && !usage.Failures.SequenceEqual(before);
    }

    /// <summary>The images are as they were: the figures hold for now too.</summary>
    public void Confirm(long now)
    {
        _roundsSinceRead++;
        LastSuccess = now;
        Usage = Usage! with { Time = now };
    }
}
