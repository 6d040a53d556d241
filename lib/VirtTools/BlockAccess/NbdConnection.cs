using System.Buffers.Binary;
using System.Net.Sockets;
using VirtTools.Declarations;
using VirtTools.Wire;

namespace VirtTools.BlockAccess;

/// <summary>The export's side of the connection was closed.</summary>
internal sealed class NbdClosedException() : Exception("QEMU closed its block export");

/// <summary>
/// A client of the NBD protocol: the handshake of its newstyle, then requests of which several may be on their way. The server is QEMU, which a
/// hostile image may have taken over: every length is checked against what was asked for, and nothing is allocated by a number from the wire.
/// </summary>
internal sealed partial class NbdConnection : IDisposable
{
    /// <summary>How many requests may be on their way.</summary>
    public const int Depth = 8;

    // QEMU sends at most 128 Ki extents in a reply; the context's number stands before them.
    private const int ContextNumberSize = 4;
    private const int ExtentSize = 8;
    private const int LargestExtents = ContextNumberSize + (128 * 1024 * ExtentSize);
    private const int ExtentsAtOnce = 512;

    private readonly Socket _socket;
    private readonly NbdRequest?[] _onTheWay = new NbdRequest?[Depth];
    private readonly byte[] _out = new byte[NbdProtocol.RequestSize];
    private readonly byte[] _in = new byte[ExtentsAtOnce * ExtentSize];
    private ulong _lastHandle;
    private uint? _allocationContext;

    private NbdConnection(Socket socket) => _socket = socket;

    /// <summary>Size of the export in bytes, as QEMU reports it.</summary>
    public long Size { get; private set; }

    /// <summary>What the export can do.</summary>
    public NbdExportFlags Flags { get; private set; }

    /// <summary>Whether the export says which stretches read as zeros.</summary>
    public bool KnowsAllocation => _allocationContext is not null;

    /// <summary>Whether another request may be sent.</summary>
    public bool HasRoom => Array.IndexOf(_onTheWay, null) >= 0;

    /// <summary>Whether a request is on its way.</summary>
    public bool IsBusy => Array.Exists(_onTheWay, request => request is not null);

    /// <summary>Sends a request; the caller has made sure that there <see cref="HasRoom"/>.</summary>
    /// <exception cref="NbdClosedException">QEMU is gone.</exception>
    [SyncTwin]
    public async ValueTask SendAsync(NbdRequest request, CancellationToken cancellationToken)
    {
        var slot = Array.IndexOf(_onTheWay, null);
        request.Handle = (++_lastHandle * Depth) + (uint)slot;
        _onTheWay[slot] = request;
        WriteHeader(request, request is { Command: NbdCommand.Read } && Flags.HasFlag(NbdExportFlags.DoNotFragment) ? NbdProtocol.DoNotFragment : (ushort)0);
        await SendAllAsync(_out, cancellationToken).ConfigureAwait(false);
        if (request.Command == NbdCommand.Write)
        {
            await SendAllAsync(request.Content, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Receives one reply, or one chunk of one. Which request it belongs to is the server's choice.</summary>
    /// <exception cref="NbdClosedException">QEMU is gone.</exception>
    /// <exception cref="ProtocolException">The server sent what no server sends; the connection cannot be used any more.</exception>
    [SyncTwin]
    public async ValueTask ReceiveAsync(CancellationToken cancellationToken)
    {
        await FillAsync(_in.AsMemory(0, NbdProtocol.SimpleReplySize), cancellationToken).ConfigureAwait(false);
        switch (BinaryPrimitives.ReadUInt32BigEndian(_in))
        {
            case NbdProtocol.SimpleReplyMagic:
                var answered = Find(8);
                answered.Error = BinaryPrimitives.ReadUInt32BigEndian(_in.AsSpan(4));
                if (answered is { Command: NbdCommand.Read or NbdCommand.BlockStatus, Error: 0 })
                {
                    throw new ProtocolException("QEMU's block export answered without the structure that was agreed on");
                }

                Complete(answered);
                break;
            case NbdProtocol.StructuredReplyMagic:
                await FillAsync(_in.AsMemory(NbdProtocol.SimpleReplySize, NbdProtocol.StructuredReplySize - NbdProtocol.SimpleReplySize), cancellationToken).ConfigureAwait(false);
                var request = Find(8);
                var flags = BinaryPrimitives.ReadUInt16BigEndian(_in.AsSpan(4));
                var kind = BinaryPrimitives.ReadUInt16BigEndian(_in.AsSpan(6));
                await ReceiveChunkAsync(request, kind, BinaryPrimitives.ReadUInt32BigEndian(_in.AsSpan(16)), cancellationToken).ConfigureAwait(false);
                if ((flags & NbdProtocol.ChunkDone) != 0)
                {
                    Complete(request);
                }

                break;
            case var magic:
                throw new ProtocolException($"QEMU's block export sent 0x{magic:x} where a reply begins");
        }
    }

    /// <summary>
    /// Waits for the requests that are on their way and takes leave. QEMU (7.2 at least) turns in a circle for ever when it has to end an export
    /// that still has replies to send to a client that does not read them.
    /// </summary>
    /// <exception cref="ProtocolException">The server sent what no server sends.</exception>
    [SyncTwin]
    public async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (IsBusy)
            {
                await ReceiveAsync(cancellationToken).ConfigureAwait(false);
            }

            WriteHeader(NbdRequest.Disconnect(), flags: 0);
            await SendAllAsync(_out, cancellationToken).ConfigureAwait(false);
        }
        catch (NbdClosedException)
        {
            // That is an end as well.
        }
    }

    public void Dispose() => _socket.Dispose();

    [SyncTwin]
    private async ValueTask ReceiveChunkAsync(NbdRequest request, ushort kind, uint length, CancellationToken cancellationToken)
    {
        if ((kind & NbdProtocol.ChunkError) != 0)
        {
            await ReceiveErrorAsync(request, length, cancellationToken).ConfigureAwait(false);
            return;
        }

        switch ((NbdChunk)kind)
        {
            case NbdChunk.None when length == 0:
                break;
            case NbdChunk.OffsetData when length > 8:
                await FillAsync(_in.AsMemory(0, 8), cancellationToken).ConfigureAwait(false);
                var place = request.Place(BinaryPrimitives.ReadUInt64BigEndian(_in), length - 8);
                await FillAsync(place, cancellationToken).ConfigureAwait(false);
                break;
            case NbdChunk.OffsetHole when length == 12:
                await FillAsync(_in.AsMemory(0, 12), cancellationToken).ConfigureAwait(false);
                request.Place(BinaryPrimitives.ReadUInt64BigEndian(_in), BinaryPrimitives.ReadUInt32BigEndian(_in.AsSpan(8))).Span.Clear();
                break;
            case NbdChunk.BlockStatus when length is > ContextNumberSize and <= LargestExtents && (length - ContextNumberSize) % ExtentSize == 0:
                await ReceiveExtentsAsync(request, (int)length - ContextNumberSize, cancellationToken).ConfigureAwait(false);
                break;
            default:
                throw new ProtocolException($"QEMU's block export sent a chunk of kind {kind} with {length} bytes");
        }
    }

    [SyncTwin]
    private async ValueTask ReceiveExtentsAsync(NbdRequest request, int length, CancellationToken cancellationToken)
    {
        await FillAsync(_in.AsMemory(0, ContextNumberSize), cancellationToken).ConfigureAwait(false);
        if (BinaryPrimitives.ReadUInt32BigEndian(_in) != _allocationContext)
        {
            throw new ProtocolException("QEMU's block export sent the status of a context that nobody asked for");
        }

        while (length > 0)
        {
            var count = Math.Min(length, _in.Length);
            await FillAsync(_in.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < count; i += ExtentSize)
            {
                var flags = BinaryPrimitives.ReadUInt32BigEndian(_in.AsSpan(i + 4));
                request.AddExtent(BinaryPrimitives.ReadUInt32BigEndian(_in.AsSpan(i)), (flags & NbdProtocol.ExtentReadsAsZero) != 0);
            }

            length -= count;
        }
    }

    // The text that comes with an error is QEMU's; the number says enough.
    [SyncTwin]
    private async ValueTask ReceiveErrorAsync(NbdRequest request, uint length, CancellationToken cancellationToken)
    {
        if (length < 6 || length > (uint)_in.Length)
        {
            throw new ProtocolException($"QEMU's block export sent an error of {length} bytes");
        }

        await FillAsync(_in.AsMemory(0, (int)length), cancellationToken).ConfigureAwait(false);
        var error = BinaryPrimitives.ReadUInt32BigEndian(_in);
        request.Error = error != 0 ? error : throw new ProtocolException("QEMU's block export reported an error without a number");
    }

    private void WriteHeader(NbdRequest request, ushort flags)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_out, NbdProtocol.RequestMagic);
        BinaryPrimitives.WriteUInt16BigEndian(_out.AsSpan(4), flags);
        BinaryPrimitives.WriteUInt16BigEndian(_out.AsSpan(6), (ushort)request.Command);
        BinaryPrimitives.WriteUInt64BigEndian(_out.AsSpan(8), request.Handle);
        BinaryPrimitives.WriteUInt64BigEndian(_out.AsSpan(16), (ulong)request.Offset);
        BinaryPrimitives.WriteUInt32BigEndian(_out.AsSpan(24), (uint)request.Length);
    }

    private NbdRequest Find(int position)
    {
        var handle = BinaryPrimitives.ReadUInt64BigEndian(_in.AsSpan(position));
        return _onTheWay[handle % Depth] is { } request && request.Handle == handle
            ? request
            : throw new ProtocolException("QEMU's block export answered a request that nobody made");
    }

    private void Complete(NbdRequest request)
    {
        _onTheWay[request.Handle % Depth] = null;
        request.Complete();
    }

    [SyncTwin]
    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await SendSomeAsync(bytes, cancellationToken).ConfigureAwait(false)..];
        }
    }

    [SyncTwin]
    private async ValueTask FillAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        while (!target.IsEmpty)
        {
            var count = await ReceiveSomeAsync(target, cancellationToken).ConfigureAwait(false);
            target = count > 0 ? target[count..] : throw new NbdClosedException();
        }
    }

    private async ValueTask<int> SendSomeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            return await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            throw new NbdClosedException();
        }
    }

    private int SendSome(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return _socket.Send(bytes.Span, SocketFlags.None);
        }
        catch (SocketException)
        {
            throw new NbdClosedException();
        }
    }

    private async ValueTask<int> ReceiveSomeAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        try
        {
            return await _socket.ReceiveAsync(target, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private int ReceiveSome(Memory<byte> target)
    {
        try
        {
            return _socket.Receive(target.Span, SocketFlags.None);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
