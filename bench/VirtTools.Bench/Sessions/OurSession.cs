using System.Diagnostics;
using VirtTools.Bench.Programs;

namespace VirtTools.Bench.Sessions;

/// <summary>Our handle, in this process.</summary>
internal sealed class OurSession : ISession
{
    private readonly Guestfs _handle;

    private OurSession(Guestfs handle) => _handle = handle;

    /// <summary>Launches our appliance.</summary>
    /// <exception cref="GuestfsException">It does not start.</exception>
    public static async Task<OurSession> LaunchAsync(string applianceFolder, IReadOnlyList<SessionDrive> drives, CancellationToken cancellationToken)
    {
        var handle = new Guestfs(HandleEnvironment.Ignored);
        try
        {
            handle.SetPath(applianceFolder);
            handle.SetBackendSettings([ProgramEnvironment.Emulation]);
            foreach (var drive in drives)
            {
                handle.AddDrive(drive.Image, new() { ReadOnly = drive.IsReadOnly, Format = drive.Format });
            }

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

    /// <summary>The file system with the operating system of the guest.</summary>
    /// <exception cref="BenchException">There is none.</exception>
    public async Task<string> FindRootAsync(CancellationToken cancellationToken) =>
        (await _handle.InspectOsAsync(cancellationToken).ConfigureAwait(false)) is [var root, ..] ? root : throw new BenchException("the image holds no guest");

    public async Task MountBelowAsync(string device, string folder, CancellationToken cancellationToken)
    {
        await _handle.MkdirPAsync(folder, cancellationToken).ConfigureAwait(false);
        await _handle.MountRoAsync(device, folder, cancellationToken).ConfigureAwait(false);
    }

    public Task<TimeSpan> TarOutAsync(string guestFolder, string hostFile, CancellationToken cancellationToken) =>
        TimeAsync(() => _handle.TarOutAsync(guestFolder, hostFile, cancellationToken: cancellationToken));

    public async Task<TimeSpan> TarInAsync(string hostFile, string guestFolder, CancellationToken cancellationToken)
    {
        await _handle.MkdirPAsync(guestFolder, cancellationToken).ConfigureAwait(false);
        return await TimeAsync(() => _handle.TarInAsync(hostFile, guestFolder, cancellationToken: cancellationToken)).ConfigureAwait(false);
    }

    public async Task RemoveAsync(string guestFolder, CancellationToken cancellationToken) =>
        await _handle.RmRfAsync(guestFolder, cancellationToken).ConfigureAwait(false);

    public ValueTask DisposeAsync() => _handle.DisposeAsync();

    private static async Task<TimeSpan> TimeAsync(Func<Task> call)
    {
        var started = Stopwatch.GetTimestamp();
        await call().ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(started);
    }
}
