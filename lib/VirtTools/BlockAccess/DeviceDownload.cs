using System.Buffers;
using VirtTools.Declarations;

namespace VirtTools.BlockAccess;

/// <summary>Reads a stretch of an exported drive into a host file. Several pieces are asked for at once; what reads as zeros is not asked for at all.</summary>
internal sealed partial class DeviceDownload(HostTransfer transfer, SparseTarget target)
{
    // How much of the drive one question for allocation covers.
    private const int MapSize = 1024 * 1024 * 1024;

    private readonly Queue<Piece> _pieces = new();
    private readonly Queue<NbdExtent> _map = new();
    private NbdExtent _rest;
    private long _next = transfer.Start;
    private long _delivered;

    private long End => transfer.Start + transfer.Length;

    /// <summary>Carries it out.</summary>
    /// <exception cref="GuestfsException">The drive cannot be read, the target not be written, or somebody wants an end.</exception>
    /// <exception cref="NbdClosedException">QEMU is gone.</exception>
    [SyncTwin]
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (_delivered < transfer.Length)
            {
                transfer.ThrowIfStopped();
                await AskAheadAsync(cancellationToken).ConfigureAwait(false);
                if (_pieces.Peek().Request is { IsComplete: false })
                {
                    await transfer.Nbd.ReceiveAsync(cancellationToken).ConfigureAwait(false);
                    continue;
                }

                await DeliverAsync(_pieces.Dequeue(), cancellationToken).ConfigureAwait(false);
                transfer.Progress.Report(_delivered);
            }

            target.Complete();
        }
        finally
        {
            foreach (var piece in _pieces)
            {
                piece.Return();
            }
        }
    }

    [SyncTwin]
    private async ValueTask AskAheadAsync(CancellationToken cancellationToken)
    {
        while (_next < End && _pieces.Count < NbdConnection.Depth && transfer.Nbd.HasRoom)
        {
            var extent = await NextExtentAsync(cancellationToken).ConfigureAwait(false);
            if (extent.IsZero)
            {
                _pieces.Enqueue(new(null, [], extent.Length));
            }
            else
            {
                var buffer = ArrayPool<byte>.Shared.Rent((int)extent.Length);
                var request = NbdRequest.Read(_next, buffer.AsMemory(0, (int)extent.Length));
                _pieces.Enqueue(new(request, buffer, extent.Length));
                await transfer.Nbd.SendAsync(request, cancellationToken).ConfigureAwait(false);
            }

            _next += extent.Length;
        }
    }

    /// <summary>What to do from the next byte on: a stretch of zeros of any length, or of data that fits into one request.</summary>
    [SyncTwin]
    private async ValueTask<NbdExtent> NextExtentAsync(CancellationToken cancellationToken)
    {
        var left = End - _next;
        if (!transfer.Nbd.KnowsAllocation)
        {
            return new(Math.Min(left, HostTransfer.PieceSize), IsZero: false);
        }

        if (_rest.Length == 0)
        {
            if (_map.Count == 0)
            {
                await FetchMapAsync((int)Math.Min(left, MapSize), cancellationToken).ConfigureAwait(false);
            }

            _rest = _map.Dequeue();
        }

        // The last extent may go on behind what was asked for.
        var length = Math.Min(left, _rest.IsZero ? _rest.Length : Math.Min(_rest.Length, HostTransfer.PieceSize));
        _rest = _rest with { Length = _rest.Length - length };
        return new(length, _rest.IsZero);
    }

    [SyncTwin]
    private async ValueTask FetchMapAsync(int length, CancellationToken cancellationToken)
    {
        var question = NbdRequest.BlockStatus(_next, length);
        await transfer.Nbd.SendAsync(question, cancellationToken).ConfigureAwait(false);
        while (!question.IsComplete)
        {
            await transfer.Nbd.ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }

        if (question.Error != 0)
        {
            throw transfer.Failure(question);
        }

        foreach (var extent in question.Extents)
        {
            _map.Enqueue(extent);
        }
    }

    [SyncTwin]
    private async ValueTask DeliverAsync(Piece piece, CancellationToken cancellationToken)
    {
        try
        {
            if (piece.Request is not { } request)
            {
                await target.WriteZerosAsync(piece.Length, transfer.ThrowIfStopped, cancellationToken).ConfigureAwait(false);
            }
            else if (request.Error != 0)
            {
                throw transfer.Failure(request);
            }
            else
            {
                await target.WriteAsync(request.Content, cancellationToken).ConfigureAwait(false);
            }

            _delivered += piece.Length;
        }
        finally
        {
            piece.Return();
        }
    }

    /// <summary>A stretch on its way to the target; without a request it is zeros.</summary>
    private sealed record Piece(NbdRequest? Request, byte[] Buffer, long Length)
    {
        /// <summary>Gives the buffer back, unless content may still arrive in it.</summary>
        public void Return()
        {
            if (Buffer.Length > 0 && Request is { IsComplete: true })
            {
                ArrayPool<byte>.Shared.Return(Buffer);
            }
        }
    }
}
