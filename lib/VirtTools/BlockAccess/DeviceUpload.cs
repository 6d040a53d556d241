using VirtTools.Declarations;

namespace VirtTools.BlockAccess;

/// <summary>Writes a host file into a stretch of an exported drive. Several pieces are on their way at once; zeros are named, not sent.</summary>
internal sealed partial class DeviceUpload(HostTransfer transfer, SparseSource source)
{
    private readonly Slot[] _slots = [.. Enumerable.Range(0, NbdConnection.Depth).Select(_ => new Slot())];
    private long _position = transfer.Start;

    private long End => transfer.Start + transfer.Length;

    /// <summary>Carries it out; when this returns, everything is in the image.</summary>
    /// <exception cref="GuestfsException">The source cannot be read, the drive not be written or is too small, or somebody wants an end.</exception>
    /// <exception cref="NbdClosedException">QEMU is gone.</exception>
    [SyncTwin]
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            transfer.ThrowIfStopped();
            var slot = await FreeSlotAsync(cancellationToken).ConfigureAwait(false);
            var stretch = await source.NextAsync(slot.Buffer, cancellationToken).ConfigureAwait(false);
            if (stretch.Length == 0)
            {
                break;
            }

            var fits = Math.Min(stretch.Length, End - _position);
            await WriteAsync(slot, stretch with { Length = fits }, cancellationToken).ConfigureAwait(false);
            if (fits < stretch.Length)
            {
                await DrainAsync(cancellationToken).ConfigureAwait(false);
                throw new GuestfsException(
                    transfer.Action, "ENOSPC", $"{transfer.Action}: {transfer.Device}: the content is longer than the device: {Posix.Errno.Message(Posix.Errno.ENOSPC)}");
            }
        }

        await DrainAsync(cancellationToken).ConfigureAwait(false);
        await SendAsync(_slots[0], NbdRequest.Flush(), cancellationToken).ConfigureAwait(false);
        await DrainAsync(cancellationToken).ConfigureAwait(false);
    }

    [SyncTwin]
    private async ValueTask WriteAsync(Slot slot, NbdExtent stretch, CancellationToken cancellationToken)
    {
        for (var left = stretch.Length; left > 0;)
        {
            var length = (int)Math.Min(left, stretch.IsZero ? NbdConnection.MostZeros : HostTransfer.PieceSize);
            var request = stretch.IsZero ? NbdRequest.WriteZeroes(_position, length) : NbdRequest.Write(_position, slot.Buffer.AsMemory(0, length));
            await SendAsync(slot, request, cancellationToken).ConfigureAwait(false);
            _position += length;
            left -= length;
            transfer.Progress.Report(_position - transfer.Start);
            if (left > 0)
            {
                transfer.ThrowIfStopped();
                slot = await FreeSlotAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    [SyncTwin]
    private async ValueTask SendAsync(Slot slot, NbdRequest request, CancellationToken cancellationToken)
    {
        slot.Request = request;
        await transfer.Nbd.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A slot whose request has been carried out.</summary>
    [SyncTwin]
    private async ValueTask<Slot> FreeSlotAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            foreach (var slot in _slots)
            {
                if (slot.Request is not { IsComplete: false })
                {
                    Check(slot);
                    return slot;
                }
            }

            await transfer.Nbd.ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    [SyncTwin]
    private async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        while (transfer.Nbd.IsBusy)
        {
            await transfer.Nbd.ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var slot in _slots)
        {
            Check(slot);
        }
    }

    private void Check(Slot slot)
    {
        if (slot.Request is { Error: not 0 } failed)
        {
            throw transfer.Failure(failed);
        }
    }

    private sealed class Slot
    {
        public byte[] Buffer { get; } = new byte[HostTransfer.PieceSize];

        public NbdRequest? Request { get; set; }
    }
}
