using VirtTools.Handle;
using VirtTools.Images;
using VirtTools.Launch;
using VirtTools.Posix;

namespace VirtTools.Remote;

/// <summary>The remote disks of one launch. They end with the appliance.</summary>
internal sealed class RemoteDisks : IDisposable
{
    private readonly Dictionary<Drive, RemoteDisk> disks = new(ReferenceEqualityComparer.Instance);

    private RemoteDisks()
    {
    }

    /// <summary>Opens those of the drives that are remote.</summary>
    /// <exception cref="ImageException">A server cannot be reached or refuses.</exception>
    /// <exception cref="LaunchException">QEMU could not be started.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing is left running.</exception>
    public static RemoteDisks Open(IReadOnlyList<Drive> drives, RemoteHost host, CancellationToken cancellationToken = default)
    {
        var opened = new RemoteDisks();
        try
        {
            foreach (var drive in drives)
            {
                if (drive.Remote is { } address)
                {
                    opened.disks.Add(drive, RemoteDisk.Open(address, drive.RemoteFormat, drive.ReadOnly, host, cancellationToken));
                }
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary><see cref="Open"/> on a thread of its own.</summary>
    /// <inheritdoc cref="Open"/>
    public static Task<RemoteDisks> OpenAsync(IReadOnlyList<Drive> drives, RemoteHost host, CancellationToken cancellationToken = default) =>
        DedicatedThread.Run("remote", () => Open(drives, host, cancellationToken));

    /// <summary>The address of a disk that was seen to fail under the guest.</summary>
    public RemoteAddress? Lost { get; set; }

    /// <summary>Whether the drive was opened here.</summary>
    public bool Has(Drive drive) => disks.ContainsKey(drive);

    public RemoteDisk this[Drive drive] => disks[drive];

    public void Dispose()
    {
        foreach (var disk in disks.Values)
        {
            disk.Dispose();
        }
    }
}
