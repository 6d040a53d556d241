using VirtTools.Declarations;

namespace VirtTools.BlockAccess;

/// <summary>Where exports of drives come from: QEMU, or a test.</summary>
internal interface IDriveExports
{
    /// <summary>Has a drive exported.</summary>
    /// <param name="target">The drive, by its SCSI target number.</param>
    /// <param name="direction">Which way content will go.</param>
    /// <returns>Null where that is not possible; nothing has happened then.</returns>
    /// <exception cref="Connection.ApplianceGoneException">QEMU ended.</exception>
    /// <exception cref="Wire.ProtocolException">QEMU broke a protocol.</exception>
    DriveExport? Open(uint target, TransferDirection direction);

    /// <inheritdoc cref="Open"/>
    ValueTask<DriveExport?> OpenAsync(uint target, TransferDirection direction, CancellationToken cancellationToken);
}

/// <summary>A drive of a running appliance whose content can be read and written from here.</summary>
internal abstract partial class DriveExport(NbdConnection nbd) : IDisposable
{
    /// <summary>The connection to the drive's content.</summary>
    public NbdConnection Nbd { get; } = nbd;

    /// <summary>Whether the export can do what a transfer needs.</summary>
    public bool Allows(TransferDirection direction) =>
        direction == TransferDirection.Read
        || (!Nbd.Flags.HasFlag(NbdExportFlags.ReadOnly) && Nbd.Flags.HasFlag(NbdExportFlags.WriteZeroes | NbdExportFlags.Flush));

    /// <summary>Ends the export. When this returns, no request is being carried out any more.</summary>
    /// <exception cref="Connection.ApplianceGoneException">QEMU ended.</exception>
    /// <exception cref="Wire.ProtocolException">QEMU broke a protocol.</exception>
    [SyncTwin]
    public async ValueTask CloseAsync()
    {
        await Nbd.EndAsync(CancellationToken.None).ConfigureAwait(false);
        await StopAsync().ConfigureAwait(false);
    }

    public void Dispose() => Nbd.Dispose();

    /// <summary>Has the server stop, whose client has taken leave.</summary>
    protected abstract void Stop();

    /// <inheritdoc cref="Stop"/>
    protected abstract ValueTask StopAsync();
}
