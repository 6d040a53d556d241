using VirtTools.BlockAccess;
using VirtTools.Connection;
using VirtTools.Declarations;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools;

/// <summary>Whole drives and partitions are read and written by the host, through QEMU's block layer (docs/images.md, Beside the guest).</summary>
public sealed partial class Guestfs
{
    /// <summary>Below this an ordinary transfer is done before QEMU has an export ready (docs/images.md has the figures).</summary>
    private const long SmallestBesideGuest = 1024 * 1024;

    private IDriveExports? _exports;

    /// <summary>Where exports of drives come from; null where there is no QEMU.</summary>
    private IDriveExports? Exports =>
        _exports ?? (_appliance is { } appliance ? new QemuExports(appliance, TemporaryPath, reason => Tell($"no block export: {reason}")) : null);

    /// <summary>Carries out a transfer from or to a device without the guest.</summary>
    /// <returns>False where it has to go through the guest; nothing has happened then.</returns>
    [SyncTwin]
    private async ValueTask<bool> TryBesideGuestAsync(DaemonSession session, DaemonCall call, CancellationToken cancellationToken)
    {
        if (!session.HasExtensions || Exports is not { } exports || DeviceRange.Of(call) is not { } range || IsSmall(call, range)
            || await DriveExtent.AskAsync(session, range, TellRefusal, cancellationToken).ConfigureAwait(false) is not { } extent)
        {
            return false;
        }

        using var export = await exports.OpenAsync(extent.Target, range.Direction, cancellationToken).ConfigureAwait(false);
        if (export is null)
        {
            return false;
        }

        // Beyond the end the ordinary way fails with the daemon's words.
        if (!export.Allows(range.Direction) || extent.Within(export.Nbd.Size, range) is not { } stretch)
        {
            await export.CloseAsync().ConfigureAwait(false);
            return false;
        }

        Tell($"{range.Device}: {stretch.Length} bytes at {stretch.Start} of drive {extent.Target}, beside the guest");
        try
        {
            await MoveAsync(session, call, export.Nbd, range, stretch, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not ProtocolException)
        {
            await FinishAsync(session, export, range).ConfigureAwait(false);
            if (e is NbdClosedException)
            {
                throw new GuestfsException(call.Action.Name, "EIO", $"{call.Action.Name}: {range.Device}: {e.Message}", e);
            }

            throw;
        }

        await FinishAsync(session, export, range).ConfigureAwait(false);
        return true;

        void TellRefusal(string reason) => Tell($"{range.Device} goes through the guest: {reason}");
    }

    [SyncTwin]
    private async ValueTask MoveAsync(
        DaemonSession session, DaemonCall call, NbdConnection nbd, DeviceRange range, (long Start, long Length) stretch, CancellationToken cancellationToken)
    {
        using var file = range.Direction == TransferDirection.Read ? TransferFile.OpenTarget(call) : TransferFile.OpenSource(call);
        var action = call.Action.Name;
        var progress = new HostProgress(_events, action, range.Direction == TransferDirection.Read ? stretch.Length : file.Size);
        var transfer = new HostTransfer(action, range.Device, nbd, stretch.Start, stretch.Length, progress, () => session.UserReasonToStop(action));
        if (range.Direction == TransferDirection.Read)
        {
            await new DeviceDownload(transfer, new SparseTarget(action, file)).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await new DeviceUpload(transfer, new SparseSource(action, file)).RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the export, and lets the guest see what was written, however much of it that is.</summary>
    [SyncTwin]
    private static async ValueTask FinishAsync(DaemonSession session, DriveExport export, DeviceRange range)
    {
        await export.CloseAsync().ConfigureAwait(false);
        if (range.Direction == TransferDirection.Write)
        {
            await DriveExtent.ReportWrittenAsync(session, range, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Whether so little is moved that the ordinary way is quicker. The source is not opened for that: some can be opened only once.</summary>
    private static bool IsSmall(DaemonCall call, DeviceRange range) => range.Direction == TransferDirection.Read
        ? range.Size < SmallestBesideGuest
        : SizeOfSource(call) < SmallestBesideGuest;

    private static long? SizeOfSource(DaemonCall call)
    {
        try
        {
            return call.FileStream is { } stream ? (stream.CanSeek ? stream.Length - stream.Position : null)
                : Descriptors.Stat(call.FilePath!) is { Kind: FileKind.Regular } status ? status.Size
                : null;
        }
        catch (PosixException)
        {
            // The ordinary way tells that it is not there.
            return 0;
        }
    }
}
