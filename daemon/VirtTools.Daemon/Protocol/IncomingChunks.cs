using System.Buffers.Binary;
using VirtTools.Daemon.Bulk;
using VirtTools.Dispatch;
using VirtTools.Wire;

namespace VirtTools.Daemon.Protocol;

/// <summary>The chunks of a FileIn argument.</summary>
internal sealed class IncomingChunks(Channel channel, CallProgress progress) : IncomingFile
{
    // int cancel and the length of the data, in front of the data.
    private const int ChunkHeaderSize = 8;

    private byte[] _chunk = [];
    private ulong _received;
    private bool _ended;

    /// <summary>Total that the library announced for progress messages; 0 for none.</summary>
    public ulong ProgressTotal { get; set; }

    /// <summary>Largest piece of content that a chunk may hold.</summary>
    public int LargestPiece { get; set; } = Wire.Protocol.ChunkMax;

    /// <summary>The mailbox, once the library has agreed on it.</summary>
    public Mailbox? Mailbox { get; set; }

    /// <summary>Ready for the next call.</summary>
    public void Reset()
    {
        _ended = false;
        _received = 0;
        ProgressTotal = 0;
    }

    public override ReadOnlySpan<byte> Read()
    {
        if (_ended)
        {
            return [];
        }

        ReadOnlySpan<byte> content;
        try
        {
            content = ReadContent(ReadFrame());
        }
        catch (ProtocolException e)
        {
            throw new DaemonException("EPROTO", $"a chunk of the file is malformed: {e.Message}");
        }

        _ended = content.IsEmpty;
        _received += (ulong)content.Length;
        if (ProgressTotal > 0)
        {
            progress.Report(Math.Min(_received, ProgressTotal), ProgressTotal);
        }

        return content;
    }

    /// <summary>Reads on to the end and throws everything away; nothing is done when the end has been read.</summary>
    public void Drain()
    {
        while (!_ended)
        {
            var length = ReadFrame();
            try
            {
                var reader = new XdrReader(_chunk.AsSpan(0, length));
                switch ((ChunkKind)reader.ReadInt32())
                {
                    case ChunkKind.Content:
                        _ended = reader.ReadSpan().IsEmpty;
                        break;
                    case ChunkKind.Slot when Mailbox is not null:
                        GiveBack(SlotChunk.Read(ref reader, Mailbox.Layout).Slot);
                        break;
                    default:
                        _ended = true;
                        break;
                }
            }
            catch (ProtocolException)
            {
                // Framing is intact; the content would have been thrown away anyway.
                continue;
            }
        }
    }

    /// <summary>Asks the library to stop, and reads on until it has.</summary>
    public void CancelAndDrain()
    {
        if (!_ended)
        {
            channel.WriteWord(Wire.Protocol.CancelFlag);
            Drain();
        }
    }

    private ReadOnlySpan<byte> ReadContent(int length)
    {
        var reader = new XdrReader(_chunk.AsSpan(0, length));
        switch ((ChunkKind)reader.ReadInt32())
        {
            case ChunkKind.Content:
                var content = reader.ReadSpan();
                reader.End();
                return content.Length <= LargestPiece
                    ? content
                    : throw new ProtocolException($"it holds {content.Length} bytes; at most {LargestPiece} are allowed");
            case ChunkKind.Slot when Mailbox is not null:
                return TakeSlot(SlotChunk.Read(ref reader, Mailbox.Layout));
            default:
                _ended = true;
                throw new TransferCancelledException();
        }
    }

    private ReadOnlySpan<byte> TakeSlot(SlotChunk chunk)
    {
        var content = Mailbox!.ReadSlot(chunk);
        GiveBack(chunk.Slot);
        return content;
    }

    private void GiveBack(int slot)
    {
        Span<byte> message = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(message, Wire.Protocol.SlotFlag);
        BinaryPrimitives.WriteInt32BigEndian(message[4..], slot);
        channel.Write(message);
    }

    private int ReadFrame()
    {
        var word = channel.ReadWord();
        while (word == Wire.Protocol.CancelFlag)
        {
            word = channel.ReadWord();
        }

        if (word > Wire.Protocol.MessageMax)
        {
            throw new ChannelException($"the library sent a chunk of {word} bytes; at most {Wire.Protocol.MessageMax} are allowed");
        }

        var length = (int)word;
        if (_chunk.Length < length)
        {
            _chunk = new byte[Math.Max(length, Wire.Protocol.ChunkMax + ChunkHeaderSize)];
        }

        channel.Read(_chunk.AsSpan(0, length));
        return length;
    }
}
