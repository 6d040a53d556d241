using VirtTools.BlockAccess;
using VirtTools.Connection;
using VirtTools.Wire;

namespace VirtTools;

/// <summary>What commands do with whole drives beside the guest: reading and writing several of them at host speed (docs/images.md, Beside the guest).</summary>
public sealed partial class Guestfs
{
    /// <summary>
    /// Lets work read and write the content of drives through QEMU's block layer. While it runs, no other call is carried out. Nothing of a written drive may be
    /// mounted or active in the guest; afterwards the kernel has forgotten what it knew of its content, but not its partition table.
    /// </summary>
    /// <param name="what">What is done, for messages.</param>
    /// <param name="uses">The drives, by index; in the same order the work gets them.</param>
    /// <param name="work">The work. Nothing that it sends may be half sent when it ends.</param>
    /// <param name="cancellationToken">Ends the wait for other calls; the work has to look at it itself.</param>
    /// <exception cref="GuestfsException">QEMU cannot do it, a drive is in use in the guest, or the appliance ended.</exception>
    /// <exception cref="DriveFailedException">From the work: a drive fails.</exception>
    internal async Task UseDriveContentsAsync(
        string what, IReadOnlyList<DriveUse> uses, Func<IReadOnlyList<NbdConnection>, Task> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_session is not { HasExtensions: true } session || _appliance is not { } appliance || _state != Handle.HandleState.Ready)
            {
                throw new GuestfsException(what, "EINVAL", $"{what}: the appliance is not running, or is not ours");
            }

            _state = Handle.HandleState.Busy;
            await UseDriveContentsAsync(what, session, appliance, uses, work, cancellationToken).ConfigureAwait(false);
        }
        catch (ApplianceGoneException)
        {
            throw EndedAppliance(what);
        }
        catch (ProtocolException e)
        {
            EndAppliance();
            throw BrokenProtocol(what, e);
        }
        catch (NbdClosedException e)
        {
            throw new GuestfsException(what, "EIO", $"{what}: {e.Message}", e);
        }
        finally
        {
            if (_state == Handle.HandleState.Busy)
            {
                _state = Handle.HandleState.Ready;
            }

            _gate.Release();
            FinishDisposal();
        }
    }

    private async Task UseDriveContentsAsync(
        string what,
        DaemonSession session,
        Launch.ApplianceProcess appliance,
        IReadOnlyList<DriveUse> uses,
        Func<IReadOnlyList<NbdConnection>, Task> work,
        CancellationToken cancellationToken)
    {
        var written = uses.Where(use => use.Direction == TransferDirection.Write).Select(RangeOf).ToArray();
        foreach (var range in written)
        {
            var refusal = "the daemon does not know the device";
            if (await DriveExtent.AskAsync(session, range, reason => refusal = reason, cancellationToken).ConfigureAwait(false) is null)
            {
                throw new GuestfsException(what, "EBUSY", $"{what}: {range.Device} cannot be written beside the guest: {refusal}");
            }
        }

        var refused = "";
        var exports = new QemuExports(appliance, TemporaryPath, reason => refused = reason);
        using var contents = await exports.OpenAsync(uses, cancellationToken).ConfigureAwait(false)
            ?? throw new GuestfsException(what, "ENOTSUP", $"{what}: QEMU does not export the drives: {refused}");
        try
        {
            await work(contents.Drives).ConfigureAwait(false);
        }
        finally
        {
            await contents.CloseAsync().ConfigureAwait(false);
            foreach (var range in written)
            {
                await DriveExtent.ReportWrittenAsync(session, range, CancellationToken.None).ConfigureAwait(false);
            }
        }

        DeviceRange RangeOf(DriveUse use) => new(DeviceNameCore((int)use.Target), TransferDirection.Write, 0, null);
    }
}
