using System.Buffers.Binary;
using System.Net.Sockets;
using VirtTools.Declarations;
using VirtTools.Wire;

namespace VirtTools.Connection;

/// <summary>
/// The channel to the daemon: sends bytes, receives frames. One buffer is kept for receiving; it grows to the largest frame seen and never
/// past the protocol's message limit, whatever length the daemon claims.
/// </summary>
internal sealed partial class DaemonConnection(Socket socket, Action idle) : IDisposable
{
    private const int FirstBufferSize = 64 * 1024;

    /// <summary>How often console output of the appliance is handed on while a call waits.</summary>
    private static readonly TimeSpan IdleInterval = TimeSpan.FromMilliseconds(100);

    private byte[] _buffer = new byte[FirstBufferSize];
    private int _start;
    private int _end;

    /// <summary>Whether <see cref="ReceiveAsync"/> should hand on console output while it waits.</summary>
    public bool WatchIdle { get; set; }

    /// <summary>Whether a frame, or the start of one, can be read without waiting.</summary>
    public bool HasInput => _end > _start || socket.Poll(0, SelectMode.SelectRead);

    /// <summary>The next frame; <see cref="FrameKind.End"/> when the other side is gone.</summary>
    /// <exception cref="ProtocolException">A length that no message can have.</exception>
    [SyncTwin]
    public async ValueTask<Frame> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (!await FillAsync(4, cancellationToken).ConfigureAwait(false))
        {
            return new Frame(FrameKind.End, default);
        }

        var word = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start, 4));
        _start += 4;
        switch (word)
        {
            case Protocol.LaunchFlag:
                return new Frame(FrameKind.Launch, default);
            case Protocol.AwaitsHandOverFlag:
                return new Frame(FrameKind.AwaitsHandOver, default);
            case Protocol.CancelFlag:
                return new Frame(FrameKind.Cancel, default);
            case Protocol.ProgressFlag:
                return await ReceiveContentAsync(FrameKind.Progress, Protocol.ProgressSize, cancellationToken).ConfigureAwait(false);
            case Protocol.SlotFlag:
                return await ReceiveContentAsync(FrameKind.Slot, 4, cancellationToken).ConfigureAwait(false);
            case > Protocol.MessageMax:
                throw new ProtocolException($"the appliance announced a message of {word} bytes; at most {Protocol.MessageMax} are allowed");
            default:
                return await ReceiveContentAsync(FrameKind.Message, (int)word, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends all the bytes; false when the other side is gone.</summary>
    [SyncTwin]
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            var sent = await SendSomeAsync(bytes, cancellationToken).ConfigureAwait(false);
            if (sent <= 0)
            {
                return false;
            }

            bytes = bytes[sent..];
        }

        return true;
    }

    public void Dispose() => socket.Dispose();

    [SyncTwin]
    private async ValueTask<Frame> ReceiveContentAsync(FrameKind kind, int length, CancellationToken cancellationToken)
    {
        if (!await FillAsync(length, cancellationToken).ConfigureAwait(false))
        {
            return new Frame(FrameKind.End, default);
        }

        var content = _buffer.AsMemory(_start, length);
        _start += length;
        return new Frame(kind, content);
    }

    /// <summary>Makes sure that so many bytes are in the buffer; false when the other side ended before.</summary>
    [SyncTwin]
    private async ValueTask<bool> FillAsync(int count, CancellationToken cancellationToken)
    {
        if (_end - _start >= count)
        {
            return true;
        }

        MakeRoom(count);
        while (_end - _start < count)
        {
            var received = await ReceiveSomeAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (received <= 0)
            {
                return false;
            }

            _end += received;
        }

        return true;
    }

    private void MakeRoom(int count)
    {
        var rest = _buffer.AsSpan(_start, _end - _start);
        if (_buffer.Length < count)
        {
            var larger = new byte[Math.Max(count, Math.Min(_buffer.Length * 2, Protocol.MessageMax))];
            rest.CopyTo(larger);
            _buffer = larger;
        }
        else if (_start > 0)
        {
            rest.CopyTo(_buffer);
        }

        _end -= _start;
        _start = 0;
    }

    private int ReceiveSome(Memory<byte> target)
    {
        try
        {
            while (WatchIdle && !socket.Poll(IdleInterval, SelectMode.SelectRead))
            {
                idle();
            }

            return socket.Receive(target.Span, SocketFlags.None);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private async ValueTask<int> ReceiveSomeAsync(Memory<byte> target, CancellationToken cancellationToken)
    {
        try
        {
            if (!WatchIdle)
            {
                return await socket.ReceiveAsync(target, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            }

            var receiving = socket.ReceiveAsync(target, SocketFlags.None, cancellationToken).AsTask();
            while (await Task.WhenAny(receiving, Task.Delay(IdleInterval, CancellationToken.None)).ConfigureAwait(false) != receiving)
            {
                idle();
            }

            return await receiving.ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private int SendSome(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return socket.Send(bytes.Span, SocketFlags.None);
        }
        catch (SocketException)
        {
            return 0;
        }
    }

    private async ValueTask<int> SendSomeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            return await socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
