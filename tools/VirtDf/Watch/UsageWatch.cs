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
internal sealed class UsageWatch(IGuestSource source, GuestReading read, WatchSettings settings, CommandStreams streams, ServiceManager manager)
{
    /// <summary>The file is written anew at most that often while guests are read.</summary>
    private static readonly TimeSpan s_betweenWrites = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, WatchedGuest> _guests = [];
    private IReadOnlyList<WatchedGuest> _order = [];
    private DateTime _lastWrite;
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
        await new UsageWatch(options.Source(context), ReadAsync, settings, context.Streams, ServiceManager.OfProcess()).RunAsync(cancellationToken).ConfigureAwait(false);

        Task<GuestUsage> ReadAsync(IReadOnlyList<DriveChoice> drives, CancellationToken stop) =>
            UsageReading.ReadGuestAsync(drives, options, settings.TimeForGuest, keys, context, stop);
    }

    /// <summary>Goes on until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var life = new SignOfLife(manager, settings.LongestSilence);
        try
        {
            for (var round = 0; ; round++)
            {
                var next = DateTime.UtcNow + settings.Interval;
                await RunRoundAsync(life, cancellationToken).ConfigureAwait(false);
                if (round == 0)
                {
                    manager.Ready(Summary());
                }

                manager.Status(Summary());
                while (next - DateTime.UtcNow is var rest && rest > TimeSpan.Zero)
                {
                    life.Beat();
                    await Task.Delay(rest < settings.LongestSilence / 2 ? rest : settings.LongestSilence / 2, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            manager.Stopping();
        }
    }

    /// <summary>One round.</summary>
    internal async Task RunRoundAsync(SignOfLife life, CancellationToken cancellationToken)
    {
        life.Beat();
        await ListAsync(cancellationToken).ConfigureAwait(false);

        // Those that failed the last time come last: what hangs again holds up nobody.
        using var places = new SemaphoreSlim(settings.AtOnce);
        var readings = _order.Where(g => !g.IsBusy).OrderBy(g => g.HasFailed).Select(async guest =>
        {
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
        }).ToList();
        await Task.WhenAll(readings).ConfigureAwait(false);
        Write(force: true);
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var listed = await source.ListAsync(cancellationToken).ConfigureAwait(false);
            _order = [.. listed.Select(drives => (Drives: drives, Key: string.Join('\n', drives))).DistinctBy(d => d.Key)
                .Select(d => _guests.GetValueOrDefault(d.Key) ?? (_guests[d.Key] = new(d.Drives)))];
            foreach (var gone in _guests.Where(g => !_order.Contains(g.Value)).Select(g => g.Key).ToList())
            {
                _guests.Remove(gone);
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
        guest.IsBusy = true;
        var reading = Task.Run(() => ReadIfChangedAsync(guest, cancellationToken), cancellationToken);

        // A system call on a network file system that is gone cannot be cancelled: the thread is left behind, and the guest stays busy until it comes back.
        var isDone = await Task.WhenAny(reading, Task.Delay(settings.LongestReading, cancellationToken)).ConfigureAwait(false) == reading;
        cancellationToken.ThrowIfCancellationRequested();
        if (isDone)
        {
            guest.IsBusy = false;
            await reading.ConfigureAwait(false);
            return;
        }

        _ = reading.ContinueWith(_ => guest.IsBusy = false, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        Take(guest, new(guest.Name, [], [new(null, null, "its image does not answer; the storage that it lies on may be gone")], Now()), null);
    }

    private async Task ReadIfChangedAsync(WatchedGuest guest, CancellationToken cancellationToken)
    {
        var stamp = ImageStamp.TryTake(guest.Drives, settings.LibvirtUri);
        if (!guest.MustBeRead(stamp))
        {
            lock (_gate)
            {
                guest.Confirm(Now());
            }

            return;
        }

        var usage = await read(guest.Drives, cancellationToken).ConfigureAwait(false);
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
            if (!force && DateTime.UtcNow - _lastWrite < s_betweenWrites)
            {
                return;
            }

            _lastWrite = DateTime.UtcNow;
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

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeSeconds();
}
