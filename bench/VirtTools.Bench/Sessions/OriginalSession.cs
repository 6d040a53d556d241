using System.Diagnostics;
using System.Runtime.InteropServices;
using VirtTools.Bench.Programs;
using VirtTools.Posix;

namespace VirtTools.Bench.Sessions;

/// <summary>A handle of the original's library, in this process. Its calls block, so each measurement has a thread of its own.</summary>
internal sealed class OriginalSession : ISession
{
    private readonly nint _handle;

    private OriginalSession(nint handle) => _handle = handle;

    /// <summary>Launches the original's appliance; null where the library is not installed.</summary>
    /// <exception cref="BenchException">It does not start.</exception>
    public static async Task<OriginalSession?> LaunchAsync(IReadOnlyList<SessionDrive> drives, CancellationToken cancellationToken)
    {
        if (!OriginalLibrary.IsInstalled)
        {
            return null;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var session = new OriginalSession(OriginalLibrary.Create(OriginalLibrary.NoEnvironment));
        try
        {
            await DedicatedThread.Run("launch", () => session.Launch(drives)).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task<IReadOnlyList<TimeSpan>> PingAsync(int count, CancellationToken cancellationToken) => DedicatedThread.Run("ping", () =>
    {
        var times = new TimeSpan[count];
        for (var i = 0; i < count; i++)
        {
            times[i] = Time(OriginalLibrary.PingDaemon, cancellationToken);
        }

        return (IReadOnlyList<TimeSpan>)times;
    });

    public Task MountAsync(string device, CancellationToken cancellationToken) =>
        CallAsync(handle => OriginalLibrary.Mount(handle, device, "/"), cancellationToken);

    public Task<TimeSpan> UploadAsync(string hostFile, string guestFile, CancellationToken cancellationToken) =>
        CallAsync(handle => OriginalLibrary.Upload(handle, hostFile, guestFile), cancellationToken);

    public Task<TimeSpan> SynchronizeAsync(CancellationToken cancellationToken) => CallAsync(OriginalLibrary.Sync, cancellationToken);

    public async Task ForgetCachesAsync(CancellationToken cancellationToken)
    {
        await CallAsync(OriginalLibrary.Sync, cancellationToken).ConfigureAwait(false);
        await CallAsync(handle => OriginalLibrary.DropCaches(handle, CacheKinds.All), cancellationToken).ConfigureAwait(false);
    }

    public Task<TimeSpan> DownloadAsync(string guestFile, string hostFile, CancellationToken cancellationToken) =>
        CallAsync(handle => OriginalLibrary.Download(handle, guestFile, hostFile), cancellationToken);

    public async Task MountBelowAsync(string device, string folder, CancellationToken cancellationToken)
    {
        await CallAsync(handle => OriginalLibrary.MkdirP(handle, folder), cancellationToken).ConfigureAwait(false);
        await CallAsync(handle => OriginalLibrary.MountReadOnly(handle, device, folder), cancellationToken).ConfigureAwait(false);
    }

    public Task<TimeSpan> TarOutAsync(string guestFolder, string hostFile, CancellationToken cancellationToken) =>
        CallAsync(handle => OriginalLibrary.TarOut(handle, guestFolder, hostFile), cancellationToken);

    public async Task<TimeSpan> TarInAsync(string hostFile, string guestFolder, CancellationToken cancellationToken)
    {
        await CallAsync(handle => OriginalLibrary.MkdirP(handle, guestFolder), cancellationToken).ConfigureAwait(false);
        return await CallAsync(handle => OriginalLibrary.TarIn(handle, hostFile, guestFolder), cancellationToken).ConfigureAwait(false);
    }

    public Task RemoveAsync(string guestFolder, CancellationToken cancellationToken) =>
        CallAsync(handle => OriginalLibrary.RemoveAll(handle, guestFolder), cancellationToken);

    public async ValueTask DisposeAsync() => await DedicatedThread.Run("close", () =>
    {
        OriginalLibrary.Close(_handle);
        return 0;
    }).ConfigureAwait(false);

    private int Launch(IReadOnlyList<SessionDrive> drives)
    {
        OriginalLibrary.SetErrorHandler(_handle, 0, 0);
        Check(OriginalLibrary.ParseEnvironment(_handle, [.. ProgramEnvironment.Original(), null]));
        foreach (var drive in drives)
        {
            Add(drive);
        }

        return Check(OriginalLibrary.Launch(_handle));
    }

    private void Add(SessionDrive drive)
    {
        var format = Marshal.StringToCoTaskMemUTF8(drive.Format);
        try
        {
            var options = new OriginalLibrary.DriveOptions
            {
                Given = OriginalLibrary.DriveOptions.ReadOnlyGiven | (drive.Format is null ? 0 : OriginalLibrary.DriveOptions.FormatGiven),
                ReadOnly = drive.IsReadOnly ? 1 : 0,
                Format = format,
            };
            Check(OriginalLibrary.AddDrive(_handle, drive.Image, ref options));
        }
        finally
        {
            Marshal.FreeCoTaskMem(format);
        }
    }

    private Task<TimeSpan> CallAsync(Func<nint, int> call, CancellationToken cancellationToken) =>
        DedicatedThread.Run("call", () => Time(call, cancellationToken));

    private TimeSpan Time(Func<nint, int> call, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = Stopwatch.GetTimestamp();
        Check(call(_handle));
        return Stopwatch.GetElapsedTime(started);
    }

    private int Check(int result) => result >= 0
        ? result
        : throw new BenchException($"the original's library: {Marshal.PtrToStringUTF8(OriginalLibrary.LastError(_handle))}");
}
