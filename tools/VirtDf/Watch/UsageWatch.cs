using System.Diagnostics;
using System.Text;
using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Keys;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;
using VirtTools.Posix;

namespace VirtTools.Commands.Watch;

/// <summary>Reads one guest; a guest that cannot be read is a result too.</summary>
internal delegate Task<GuestUsage> GuestReading(IReadOnlyList<DriveChoice> drives, CancellationToken cancellationToken);

/// <summary>
/// virt-df --watch: round after round the guests are listed, those whose images have changed are read, and the file with the metrics is replaced.
/// </summary>
/// <param name="source">Lists the guests.</param>
/// <param name="read">Reads one; gives up by itself.</param>
/// <param name="settings">Times and places.</param>
/// <param name="streams">Get a line when something begins to fail.</param>
/// <param name="manager">Is told how the service fares.</param>
internal sealed class UsageWatch(IGuestSource source, GuestReading read, WatchSettings settings, CommandStreams streams, ServiceNotices manager) : IDisposable
{
    /// <summary>The file is written anew at most that often while guests are read, in milliseconds.</summary>
    private const long BetweenWrites = 1000;

    // Timers are coarse.
    private const double NearlyAll = 0.9;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, WatchedGuest> _guests = [];
    private readonly List<Task> _readings = [];
    private readonly SemaphoreSlim _places = new(settings.AtOnce);

    // Those that hung the last time have a place of their own: however many there are, they take none of the others'.
    private readonly SemaphoreSlim _placeOfHung = new(1);
    private IReadOnlyList<WatchedGuest> _order = [];
    private long _lastWrite = long.MinValue / 2;
    private bool _isListed;
    private string? _listingFailure;
    private string? _writingFailure;

    /// <summary>The job of <c>virt-df --watch</c>.</summary>
    public static async Task RunAsync(UsageOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        using var keys = options.Keys.Open(context.Streams);
        var settings = new WatchSettings(
            options.WatchInterval!.Value,
            options.Timeout ?? WatchSettings.UsualTimeForGuest,
            ManyGuests.AtOnce(options.Parallelism, int.MaxValue, context),
            options.OutputPath!,
            options.LibvirtUri);
        using var watch = new UsageWatch(options.Source(context), ReadAsync, settings, context.Streams, ServiceNotices.OfProcess());
        await watch.RunAsync(cancellationToken).ConfigureAwait(false);

        Task<GuestUsage> ReadAsync(IReadOnlyList<DriveChoice> drives, CancellationToken stop) =>
            UsageReading.ReadGuestAsync(drives, options, settings.TimeForGuest, keys, context, stop);
    }

    /// <summary>Goes on until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var life = new SignOfLife(manager, settings.LongestSilence);
        try
        {
            await ListAsync(cancellationToken).ConfigureAwait(false);

            // Before anything is read: systemd waits a minute and a half for this word (DefaultTimeoutStartSec), and a first round may take longer.
            manager.Ready(Summary());
            while (true)
            {
                var next = Environment.TickCount64 + (long)settings.Interval.TotalMilliseconds;
                await ReadAsync(life, cancellationToken).ConfigureAwait(false);
                manager.Status(Summary());
                await RestAsync(next, life, cancellationToken).ConfigureAwait(false);
                await ListAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            manager.Stopping();

            // Each ends its appliance.
            await Task.WhenAll(_readings).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose()
    {
        _places.Dispose();
        _placeOfHung.Dispose();
    }

    /// <summary>One round: the guests are listed, then read.</summary>
    internal async Task RunRoundAsync(SignOfLife life, CancellationToken cancellationToken)
    {
        await ListAsync(cancellationToken).ConfigureAwait(false);
        await ReadAsync(life, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks at each guest. It is over when that is done, or when the next round is due: what takes longer goes on beside it.</summary>
    private async Task ReadAsync(SignOfLife life, CancellationToken cancellationToken)
    {
        life.Beat();
        foreach (var guest in _order.Where(g => !g.IsBusy).OrderBy(g => g.HasFailed).ToList())
        {
            guest.IsBusy = true;
            _readings.Add(LookAtInTurnAsync(guest, life, cancellationToken));
        }

        await Task.WhenAny(Task.WhenAll(_readings), Task.Delay(settings.Interval, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var done in _readings.Where(r => r.IsCompleted))
        {
            await done.ConfigureAwait(false);
        }

        _readings.RemoveAll(r => r.IsCompletedSuccessfully);
        Write(force: true);
    }

    private async Task RestAsync(long next, SignOfLife life, CancellationToken cancellationToken)
    {
        var longest = settings.LongestSilence / 2;
        while (TimeSpan.FromMilliseconds(next - Environment.TickCount64) is var rest && rest > TimeSpan.Zero)
        {
            life.Beat();
            await Task.Delay(rest < longest ? rest : longest, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task LookAtInTurnAsync(WatchedGuest guest, SignOfLife life, CancellationToken cancellationToken)
    {
        var places = guest.HasHung ? _placeOfHung : _places;
        await places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await LookAtAsync(guest, cancellationToken).ConfigureAwait(false);
            life.Beat();
            Write(force: false);
        }
        finally
        {
            places.Release();
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var listed = await source.ListAsync(cancellationToken).ConfigureAwait(false);
            _order = [.. listed.Select(drives => (Drives: drives, Key: string.Join('\n', drives))).DistinctBy(d => d.Key)
                .Select(d => _guests.GetValueOrDefault(d.Key) ?? (_guests[d.Key] = new(d.Drives)))];
            foreach (var (key, gone) in _guests.ExceptBy(_order, known => known.Value).ToList())
            {
                gone.IsGone = true;
                _guests.Remove(key);
            }

            _isListed = true;
            _listingFailure = null;
        }
        catch (CommandFailedException e)
        {
            // Those that are known are looked at all the same.
            _isListed = false;
            WarnOnce(ref _listingFailure, e.Message);
        }
    }

    private async Task LookAtAsync(WatchedGuest guest, CancellationToken cancellationToken)
    {
        var reading = Task.Run(() => ReadIfChangedAsync(guest, cancellationToken), cancellationToken);
        try
        {
            // Not until it is cancelled: the reading gives up by itself then, and ends its appliance before.
            await reading.WaitAsync(settings.LongestReading, CancellationToken.None).ConfigureAwait(false);
            guest.IsBusy = false;
        }
        catch (TimeoutException) when (!reading.IsCompleted)
        {
            // A system call on a network file system that is gone cannot be cancelled: the thread is left behind, and the guest stays busy until it comes back.
            _ = reading.ContinueWith(_ => guest.IsBusy = false, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            guest.HasHung = true;
            Take(guest, new(guest.Name, [], [new(null, null, "its image does not answer; the storage that it lies on may be gone")], Now()), null);
        }
    }

    private async Task ReadIfChangedAsync(WatchedGuest guest, CancellationToken cancellationToken)
    {
        if (guest.IsGone)
        {
            return;
        }

        var stamp = ImageStamp.TryTake(guest.Drives, settings.LibvirtUri, settings.Clock.GetUtcNow());
        if (!guest.MustBeRead(stamp))
        {
            lock (_gate)
            {
                guest.Confirm(Now());
            }

            return;
        }

        var started = Stopwatch.GetTimestamp();
        var usage = await read(guest.Drives, cancellationToken).ConfigureAwait(false);
        guest.HasHung = !usage.IsReadable && Stopwatch.GetElapsedTime(started) > NearlyAll * settings.TimeForGuest;
        Take(guest, usage, stamp);
    }

    private void Take(WatchedGuest guest, GuestUsage usage, ImageStamp? stamp)
    {
        bool isNews;
        lock (_gate)
        {
            isNews = guest.Take(usage, stamp);
        }

        foreach (var failure in isNews ? usage.Failures : [])
        {
            streams.Warn(failure.Device is null ? $"{guest.Name}: {failure.Reason}" : $"{guest.Name}: {failure.Device}: {failure.Reason}");
        }
    }

    private void Write(bool force)
    {
        lock (_gate)
        {
            // Not by the time of day, which may be set back.
            if (!force && Environment.TickCount64 - _lastWrite < BetweenWrites)
            {
                return;
            }

            _lastWrite = Environment.TickCount64;
            try
            {
                ReplacedFile.Write(settings.OutputPath, Encoding.UTF8.GetBytes(WatchMetrics.Write(_order, _isListed, Now())));
                _writingFailure = null;
            }
            catch (PosixException e)
            {
                // A full disk is not full for ever; the age of the file tells meanwhile.
                WarnOnce(ref _writingFailure, $"{e.Message}; the metrics are written again as soon as that is possible");
            }
        }
    }

    private void WarnOnce(ref string? last, string sentence)
    {
        if (last != sentence)
        {
            streams.Warn(sentence);
            last = sentence;
        }
    }

    private string Summary() => $"{_order.Count} guests, {_order.Count(g => g.HasFailed)} of them not read whole";

    private long Now() => settings.Clock.GetUtcNow().ToUnixTimeSeconds();
}
