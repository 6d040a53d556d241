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

        var length = ReadFrame();
        var reader = new XdrReader(_chunk.AsSpan(0, length));
        bool cancelled;
        ReadOnlySpan<byte> content;
        try
        {
            cancelled = reader.ReadInt32() != 0;
            content = reader.ReadSpan();
            reader.End();
        }
        catch (ProtocolException e)
        {
            throw new DaemonException("EPROTO", $"a chunk of the file is malformed: {e.Message}");
        }

        if (cancelled)
        {
            _ended = true;
            throw new TransferCancelledException();
        }

        if (content.Length > LargestPiece)
        {
            throw new DaemonException("EPROTO", $"a chunk of the file holds {content.Length} bytes; at most {LargestPiece} are allowed");
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
                _ended = reader.ReadInt32() != 0 || reader.ReadSpan().IsEmpty;
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
