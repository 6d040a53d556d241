namespace VirtTools.Bench.Sessions;

/// <summary>A launched appliance in which single calls are measured.</summary>
internal interface ISession : IAsyncDisposable
{
    /// <summary>Calls the daemon so many times and has nothing done there.</summary>
    /// <returns>The time of each call.</returns>
    Task<IReadOnlyList<TimeSpan>> PingAsync(int count, CancellationToken cancellationToken);

    /// <summary>Mounts a file system on the guest's root.</summary>
    Task MountAsync(string device, CancellationToken cancellationToken);

    /// <summary>Writes a file of the host to the guest.</summary>
    Task<TimeSpan> UploadAsync(string hostFile, string guestFile, CancellationToken cancellationToken);

    /// <summary>Writes all changes to the disk.</summary>
    Task<TimeSpan> SynchronizeAsync(CancellationToken cancellationToken);

    /// <summary>Writes all changes to the disk and forgets what was cached of it, so that the next read comes from there.</summary>
    Task ForgetCachesAsync(CancellationToken cancellationToken);

    /// <summary>Writes a file of the guest to the host.</summary>
    Task<TimeSpan> DownloadAsync(string guestFile, string hostFile, CancellationToken cancellationToken);
}
