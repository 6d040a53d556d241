using System.Buffers.Binary;
using VirtTools.Daemon.Bulk;
using VirtTools.Wire;

namespace VirtTools.Daemon.Protocol;

/// <summary>
/// The chunks of a FileOut argument. The reply goes out in front of the first one, so that a call can fail until then. Where there is a mailbox, content is
/// gathered until a slot is full, and little content goes as it would without.
/// </summary>
internal sealed class OutgoingChunks(Channel channel) : OutgoingFile
{
    // Length of the frame, kind of the chunk and length of the data, in front of the data.
    private const int FrameHeaderSize = 12;

    private readonly byte[] _slotFrame = new byte[SlotChunk.FrameSize];
    private byte[] _frame = [];
    private byte[] _piece = [];
    private Action? _sendReply;
    private MailboxSlots? _slots;
    private int _gathered;
    private bool _ended;

    /// <summary>Largest piece of content that a chunk holds.</summary>
    public int LargestPiece { get; set; } = Wire.Protocol.ChunkMax;

    /// <summary>The mailbox, once the library has agreed on it.</summary>
    public Mailbox? Mailbox
    {
        get;
        set
        {
            field = value;
            _slots = value is null ? null : new(value.Layout);
        }
    }

    /// <summary>Whether the reply has gone out.</summary>
    public bool Started { get; private set; }

    /// <summary>Ready for the next call.</summary>
    /// <param name="sendReply">Sends the reply in front of the first chunk.</param>
    public void Reset(Action sendReply)
    {
        _sendReply = sendReply;
        _slots?.Reset();
        _gathered = 0;
        Started = false;
        _ended = false;
    }

    public override void Write(ReadOnlySpan<byte> content)
    {
        TakeFlags();
        if (Mailbox is null && _gathered == 0)
        {
            SendContent(content);
            return;
        }

        while (!content.IsEmpty)
        {
            var room = Room();
            var count = Math.Min(content.Length, room.Length);
            content[..count].CopyTo(room);
            Fill(count);
            content = content[count..];
        }
    }

    public override Span<byte> Room() => Buffer[_gathered..];

    public override void Fill(int count)
    {
        _gathered += count;
        if (_gathered == Buffer.Length)
        {
            Flush();
        }
    }

    public override void Flush()
    {
        if (_gathered == 0)
        {
            return;
        }

        if (Mailbox is not null && _gathered >= MailboxLayout.LeastContent)
        {
            SendSlot(Mailbox);
        }
        else
        {
            SendContent(Buffer[.._gathered]);
        }

        _gathered = 0;
    }

    /// <summary>Says that this was all.</summary>
    public void End()
    {
        Flush();
        Start();
        Send(ChunkKind.Content, []);
        _ended = true;
    }

    /// <summary>Says that no more comes because something failed, or because the library asked for it.</summary>
    public void Abort()
    {
        if (!_ended)
        {
            Send(ChunkKind.Cancelled, []);
            _ended = true;
        }
    }

    // Without a mailbox one chunk, in whole blocks of an archive.
    private Span<byte> Buffer
    {
        get
        {
            if (Mailbox is not null)
            {
                return Mailbox.Buffer;
            }

            var size = LargestPiece & -DirectAccess.Sector;
            if (_piece.Length != size)
            {
                _piece = new byte[size];
            }

            return _piece;
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

    private void SendContent(ReadOnlySpan<byte> content)
    {
        Start();
        while (!content.IsEmpty)
        {
            TakeFlags();
            var piece = content[..Math.Min(content.Length, LargestPiece)];
            Send(ChunkKind.Content, piece);
            content = content[piece.Length..];
        }
    }

    private void SendSlot(Mailbox mailbox)
    {
        TakeFlags();
        int? slot;
        while ((slot = _slots!.TryTake()) is null)
        {
            AwaitFlag();
        }

        mailbox.WriteSlot(slot.Value, _gathered);
        Start();
        new SlotChunk(slot.Value, _gathered).Write(_slotFrame);
        channel.Write(_slotFrame);
    }

    // What the library has sent until now.
    private void TakeFlags()
    {
        while (_slots is not null && channel.TakeFlag(Wire.Protocol.SlotFlag))
        {
            _slots.GiveBack(channel.ReadWord());
        }

        if (channel.TakeFlag(Wire.Protocol.CancelFlag))
        {
            throw new TransferCancelledException();
        }
    }

    private void AwaitFlag()
    {
        switch (channel.ReadWord())
        {
            case Wire.Protocol.SlotFlag:
                _slots!.GiveBack(channel.ReadWord());
                break;
            case Wire.Protocol.CancelFlag:
                throw new TransferCancelledException();
            case var word:
                throw new ChannelException($"the library sent 0x{word:x} while it receives a file");
        }
    }

    private void Send(ChunkKind kind, ReadOnlySpan<byte> piece)
    {
        var padded = piece.Length + (-piece.Length & 3);
        var length = FrameHeaderSize + padded;
        if (_frame.Length < length)
        {
            _frame = new byte[FrameHeaderSize + (piece.IsEmpty ? 0 : LargestPiece + 3)];
        }

        var frame = _frame.AsSpan(0, length);
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)(length - 4));
        BinaryPrimitives.WriteInt32BigEndian(frame[4..], (int)kind);
        BinaryPrimitives.WriteInt32BigEndian(frame[8..], piece.Length);
        piece.CopyTo(frame[FrameHeaderSize..]);
        frame[(FrameHeaderSize + piece.Length)..].Clear();
        channel.Write(frame);
    }
}
