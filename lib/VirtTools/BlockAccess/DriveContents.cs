namespace VirtTools.BlockAccess;

/// <summary>A drive that is to be read or written beside the guest.</summary>
/// <param name="Target">Its SCSI target number, which is the drive's index.</param>
/// <param name="Direction">Which way content will go; what can be written can also be read.</param>
internal readonly record struct DriveUse(uint Target, TransferDirection Direction);

/// <summary>The content of several drives of a running appliance, reachable from here until this is closed.</summary>
/// <param name="drives">A connection for each, in the order in which they were asked for.</param>
/// <param name="stop">Has the server stop, whose clients have taken leave.</param>
internal sealed class DriveContents(IReadOnlyList<NbdConnection> drives, Func<Task> stop) : IDisposable
{
    /// <summary>The drives in the order in which they were asked for.</summary>
    public IReadOnlyList<NbdConnection> Drives => drives;

    /// <summary>Ends the exports. When this returns, no request is being carried out any more.</summary>
    /// <exception cref="Connection.ApplianceGoneException">QEMU ended.</exception>
    /// <exception cref="Wire.ProtocolException">QEMU broke a protocol.</exception>
    public async ValueTask CloseAsync()
    {
        foreach (var drive in drives)
        {
            await drive.EndAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await stop().ConfigureAwait(false);
    }

    public void Dispose()
    {
        foreach (var drive in drives)
        {
            drive.Dispose();
        }
    }
}
