using System.Buffers;
using System.Threading.Channels;

namespace VirtTools.BlockAccess;

/// <summary>What happens to zeros of the source.</summary>
internal enum ZeroCopying
{
    /// <summary>They become holes or zero clusters; where the target reads as zeros already nothing is written.</summary>
    Sparse,

    /// <summary>They are written as bytes, so that the target has room for them.</summary>
    Allocated,
}

/// <summary>A stretch of one drive that is copied to a place on another.</summary>
/// <param name="From">First byte in the source.</param>
/// <param name="To">First byte in the target.</param>
/// <param name="Length">How many bytes.</param>
internal readonly record struct CopiedStretch(long From, long To, long Length);

/// <summary>
/// Copies between two exported drives. Both connections are kept busy: one task reads ahead, the other writes. Zeros are neither read, where the source tells
/// of them, nor written.
/// </summary>
/// <param name="source">Where content comes from.</param>
/// <param name="target">Where it goes.</param>
/// <param name="zeros">What happens to zeros.</param>
/// <param name="report">Gets the number of bytes that have been done since the last call.</param>
/// <param name="cancellationToken">Looked at between requests: half a request on its way would spoil the connection.</param>
internal sealed class DriveCopy(NbdConnection source, NbdConnection target, ZeroCopying zeros, Action<long> report, CancellationToken cancellationToken)
{
    private const int PieceSize = HostTransfer.PieceSize;

    // Zeros in data are looked for in units of the usual cluster size of qcow2.
    private const int ZeroUnit = 64 * 1024;

    private readonly AllocationMap _sourceMap = new(source);
    private readonly AllocationMap _targetMap = new(target);
    private readonly List<(NbdRequest Request, PieceBuffer? Buffer)> _writing = [];
    private byte[]? _zeros;

    /// <summary>Copies the stretches in their order.</summary>
    /// <exception cref="DriveFailedException">One of the drives fails.</exception>
    /// <exception cref="NbdClosedException">QEMU is gone.</exception>
    /// <exception cref="OperationCanceledException">Somebody wants an end.</exception>
    public async Task RunAsync(IReadOnlyList<CopiedStretch> stretches)
    {
        var pieces = Channel.CreateBounded<Piece>(new BoundedChannelOptions(NbdConnection.Depth) { SingleReader = true, SingleWriter = true });
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = Task.Run(() => ReadAllAsync(stretches, pieces.Writer, giveUp.Token), CancellationToken.None);
        try
        {
            await WriteAllAsync(pieces.Reader, giveUp.Token).ConfigureAwait(false);
        }
        catch
        {
            // The reader may wait for room in the channel.
            await giveUp.CancelAsync().ConfigureAwait(false);
            await reading.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
            throw;
        }

        await reading.ConfigureAwait(false);
    }

    private async Task ReadAllAsync(IReadOnlyList<CopiedStretch> stretches, ChannelWriter<Piece> done, CancellationToken stop)
    {
        var asked = new Queue<Piece>();
        try
        {
            foreach (var (from, to, length) in stretches)
            {
                for (long at = 0; at < length;)
                {
                    stop.ThrowIfCancellationRequested();
                    while (asked.Count >= NbdConnection.Depth || !source.HasRoom)
                    {
                        await HandOverAsync(asked, done, stop).ConfigureAwait(false);
                    }

                    var extent = await _sourceMap.AtAsync(from + at, length - at).ConfigureAwait(false);
                    var piece = extent.IsZero ? new Piece(to + at, extent.Length, null) : Piece.Of(from + at, to + at, (int)Math.Min(extent.Length, PieceSize));
                    asked.Enqueue(piece);
                    if (piece.Buffer is { } buffer)
                    {
                        await source.SendAsync(buffer.Request, CancellationToken.None).ConfigureAwait(false);
                    }

                    at += piece.Length;
                }
            }

            while (asked.Count > 0)
            {
                await HandOverAsync(asked, done, stop).ConfigureAwait(false);
            }

            done.Complete();
        }
        catch (Exception e)
        {
            done.Complete(e);
            throw;
        }
    }

    /// <summary>Passes the oldest piece on, when it has come.</summary>
    private async ValueTask HandOverAsync(Queue<Piece> asked, ChannelWriter<Piece> done, CancellationToken stop)
    {
        if (!asked.TryPeek(out var first) || first.Buffer is { Request.IsComplete: false })
        {
            await source.ReceiveAsync(CancellationToken.None).ConfigureAwait(false);
            return;
        }

        if (first.Buffer is { } buffer)
        {
            DriveFailedException.ThrowIfFailed(buffer.Request);
        }

        await done.WriteAsync(asked.Dequeue(), stop).ConfigureAwait(false);
    }

    private async Task WriteAllAsync(ChannelReader<Piece> pieces, CancellationToken stop)
    {
        await foreach (var piece in pieces.ReadAllAsync(stop).ConfigureAwait(false))
        {
            if (piece.Buffer is { } buffer)
            {
                await WriteAsync(piece, buffer).ConfigureAwait(false);
            }
            else
            {
                await WriteZerosAsync(piece.To, piece.Length, stop).ConfigureAwait(false);
            }

            report(piece.Length);
        }

        while (target.IsBusy)
        {
            await target.ReceiveAsync(CancellationToken.None).ConfigureAwait(false);
        }

        Settle();
    }

    private async ValueTask WriteAsync(Piece piece, PieceBuffer buffer)
    {
        var content = buffer.Request.Content;
        buffer.Uses = 1;
        for (var at = 0; at < content.Length;)
        {
            var (length, isZero) = Run(content.Span[at..]);
            if (isZero && zeros == ZeroCopying.Sparse)
            {
                await WriteZerosAsync(piece.To + at, length, CancellationToken.None).ConfigureAwait(false);
            }
            else
            {
                buffer.Uses++;
                await SendAsync(NbdRequest.Write(piece.To + at, content.Slice(at, length)), buffer).ConfigureAwait(false);
            }

            at += length;
        }

        buffer.Release();
    }

    /// <summary>How long the bytes in front are alike: all zeros, or data.</summary>
    private static (int Length, bool IsZero) Run(ReadOnlySpan<byte> content)
    {
        var isZero = IsZero(content);
        var length = Math.Min(ZeroUnit, content.Length);
        while (length < content.Length && IsZero(content[length..]) == isZero)
        {
            length = Math.Min(length + ZeroUnit, content.Length);
        }

        return (length, isZero);

        static bool IsZero(ReadOnlySpan<byte> rest) => !rest[..Math.Min(ZeroUnit, rest.Length)].ContainsAnyExcept((byte)0);
    }

    private async ValueTask WriteZerosAsync(long to, long length, CancellationToken stop)
    {
        for (long at = 0; at < length;)
        {
            stop.ThrowIfCancellationRequested();
            if (zeros == ZeroCopying.Allocated)
            {
                _zeros ??= new byte[PieceSize];
                var part = (int)Math.Min(length - at, PieceSize);
                await SendAsync(NbdRequest.Write(to + at, _zeros.AsMemory(0, part)), null).ConfigureAwait(false);
                at += part;
                continue;
            }

            var there = await _targetMap.AtAsync(to + at, length - at).ConfigureAwait(false);
            for (var left = there.IsZero ? 0 : there.Length; left > 0;)
            {
                var part = (int)Math.Min(left, NbdConnection.MostZeros);
                await SendAsync(NbdRequest.WriteZeroes(to + at + there.Length - left, part), null).ConfigureAwait(false);
                left -= part;
            }

            at += there.Length;
        }
    }

    private async ValueTask SendAsync(NbdRequest request, PieceBuffer? buffer)
    {
        await target.WhenRoomAsync().ConfigureAwait(false);
        Settle();
        await target.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
        _writing.Add((request, buffer));
    }

    /// <summary>Takes note of the writes that have been carried out.</summary>
    private void Settle()
    {
        foreach (var (request, buffer) in _writing.Where(written => written.Request.IsComplete))
        {
            DriveFailedException.ThrowIfFailed(request);
            buffer?.Release();
        }

        _writing.RemoveAll(written => written.Request.IsComplete);
    }

    /// <summary>A stretch on its way; without a buffer it is zeros.</summary>
    private sealed record Piece(long To, long Length, PieceBuffer? Buffer)
    {
        public static Piece Of(long from, long to, int length)
        {
            var bytes = ArrayPool<byte>.Shared.Rent(length);
            return new(to, length, new(bytes, NbdRequest.Read(from, bytes.AsMemory(0, length))));
        }
    }

    /// <summary>Memory for a piece, given back when its last part is written.</summary>
    private sealed class PieceBuffer(byte[] bytes, NbdRequest request)
    {
        public NbdRequest Request => request;

        public int Uses { get; set; }

        public void Release()
        {
            if (--Uses == 0)
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
    }
}
