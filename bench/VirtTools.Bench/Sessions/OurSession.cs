using System.Diagnostics;
using VirtTools.Bench.Programs;

namespace VirtTools.Bench.Sessions;

/// <summary>Our handle, in this process.</summary>
internal sealed class OurSession : ISession
{
    private readonly Guestfs _handle;

    private OurSession(Guestfs handle) => _handle = handle;

    /// <summary>Launches our appliance with one drive.</summary>
    /// <exception cref="GuestfsException">It does not start.</exception>
    public static async Task<OurSession> LaunchAsync(string applianceFolder, SessionDrive drive, CancellationToken cancellationToken)
    {
        var handle = new Guestfs(HandleEnvironment.Ignored);
        try
        {
            handle.SetPath(applianceFolder);
            handle.SetBackendSettings([ProgramEnvironment.Emulation]);
            handle.AddDrive(drive.Image, new() { ReadOnly = drive.IsReadOnly, Format = drive.Format });
            await handle.LaunchAsync(cancellationToken).ConfigureAwait(false);
            return new(handle);
        }
        catch
        {
            await handle.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<IReadOnlyList<TimeSpan>> PingAsync(int count, CancellationToken cancellationToken)
    {
        var times = new TimeSpan[count];
        for (var i = 0; i < count; i++)
        {
            times[i] = await TimeAsync(() => _handle.PingDaemonAsync(cancellationToken)).ConfigureAwait(false);
        }

        return times;
    }

    /// <summary>As <see cref="PingAsync"/>, with the synchronous method.</summary>
    public IReadOnlyList<TimeSpan> Ping(int count, CancellationToken cancellationToken)
    {
        var times = new TimeSpan[count];
        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            _handle.PingDaemon();
            times[i] = Stopwatch.GetElapsedTime(started);
        }

        return times;
    }

    public async Task MountAsync(string device, CancellationToken cancellationToken) =>
        await _handle.MountAsync(device, "/", cancellationToken).ConfigureAwait(false);

    public Task<TimeSpan> UploadAsync(string hostFile, string guestFile, CancellationToken cancellationToken) =>
        TimeAsync(() => _handle.UploadAsync(hostFile, guestFile, cancellationToken));

    public Task<TimeSpan> SynchronizeAsync(CancellationToken cancellationToken) => TimeAsync(() => _handle.SyncAsync(cancellationToken));

    public async Task ForgetCachesAsync(CancellationToken cancellationToken)
    {
        await _handle.SyncAsync(cancellationToken).ConfigureAwait(false);
        await _handle.DropCachesAsync(CacheKinds.All, cancellationToken).ConfigureAwait(false);
    }

    public Task<TimeSpan> DownloadAsync(string guestFile, string hostFile, CancellationToken cancellationToken) =>
        TimeAsync(() => _handle.DownloadAsync(guestFile, hostFile, cancellationToken));

    public ValueTask DisposeAsync() => _handle.DisposeAsync();

    private static async Task<TimeSpan> TimeAsync(Func<Task> call)
    {
        var started = Stopwatch.GetTimestamp();
        await call().ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(started);
    }
}
