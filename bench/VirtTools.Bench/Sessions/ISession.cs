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

    /// <summary>Mounts a file system, read-only, on a folder that is made for it.</summary>
    Task MountBelowAsync(string device, string folder, CancellationToken cancellationToken);

    /// <summary>Packs a folder of the guest into an archive of the host.</summary>
    Task<TimeSpan> TarOutAsync(string guestFolder, string hostFile, CancellationToken cancellationToken);

    /// <summary>Unpacks an archive of the host into a folder of the guest, which is made for it.</summary>
    Task<TimeSpan> TarInAsync(string hostFile, string guestFolder, CancellationToken cancellationToken);

    /// <summary>Removes a folder of the guest with all that is in it.</summary>
    Task RemoveAsync(string guestFolder, CancellationToken cancellationToken);

    /// <summary>Writes a file of the guest to the host.</summary>
    Task<TimeSpan> DownloadAsync(string guestFile, string hostFile, CancellationToken cancellationToken);
}
