using System.Buffers.Binary;
using VirtTools.Wire;

namespace VirtTools.Daemon.Protocol;

/// <summary>The chunks of a FileOut argument. The reply goes out in front of the first one, so that a call can fail until then.</summary>
internal sealed class OutgoingChunks(Channel channel) : OutgoingFile
{
    // Length of the frame, int cancel and length of the data, in front of the data.
    private const int FrameHeaderSize = 12;

    private byte[] _frame = [];
    private Action? _sendReply;
    private bool _ended;

    /// <summary>Largest piece of content that a chunk holds.</summary>
    public int LargestPiece { get; set; } = Wire.Protocol.ChunkMax;

    /// <summary>Whether the reply has gone out.</summary>
    public bool Started { get; private set; }

    /// <summary>Ready for the next call.</summary>
    /// <param name="sendReply">Sends the reply in front of the first chunk.</param>
    public void Reset(Action sendReply)
    {
        _sendReply = sendReply;
        Started = false;
        _ended = false;
    }

    public override void Write(ReadOnlySpan<byte> content)
    {
        Start();
        while (!content.IsEmpty)
        {
            if (channel.TakeCancelFlag())
            {
                throw new TransferCancelledException();
            }

            var piece = content[..Math.Min(content.Length, LargestPiece)];
            Send(cancel: 0, piece);
            content = content[piece.Length..];
        }
    }

    /// <summary>Says that this was all.</summary>
    public void End()
    {
        Start();
        Send(cancel: 0, []);
        _ended = true;
    }

    /// <summary>Says that no more comes because something failed, or because the library asked for it.</summary>
    public void Abort()
    {
        if (!_ended)
        {
            Send(cancel: 1, []);
            _ended = true;
        }
    }

    private void Start()
    {
        if (!Started)
        {
            Started = true;
            _sendReply!();
        }
    }

    private void Send(int cancel, ReadOnlySpan<byte> piece)
    {
        var padded = piece.Length + (-piece.Length & 3);
        var length = FrameHeaderSize + padded;
        if (_frame.Length < length)
        {
            _frame = new byte[FrameHeaderSize + (piece.IsEmpty ? 0 : LargestPiece + 3)];
        }

        var frame = _frame.AsSpan(0, length);
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)(length - 4));
        BinaryPrimitives.WriteInt32BigEndian(frame[4..], cancel);
        BinaryPrimitives.WriteInt32BigEndian(frame[8..], piece.Length);
        piece.CopyTo(frame[FrameHeaderSize..]);
        frame[(FrameHeaderSize + piece.Length)..].Clear();
        channel.Write(frame);
    }
}
