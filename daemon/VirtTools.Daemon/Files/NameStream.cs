using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Files;

/// <summary>Names that end in a zero byte, gathered so that a chunk holds many of them.</summary>
internal sealed class NameStream(OutgoingFile target)
{
    private readonly byte[] _buffer = new byte[Wire.Protocol.ChunkMax];
    private int _length;

    /// <summary>Adds a name.</summary>
    public void Add(string name)
    {
        var bytes = ByteString.GetTerminated(name);
        if (bytes.Length > _buffer.Length - _length)
        {
            Flush();
        }

        if (bytes.Length > _buffer.Length)
        {
            target.Write(bytes);
            return;
        }

        bytes.CopyTo(_buffer, _length);
        _length += bytes.Length;
    }

    /// <summary>Sends what has been gathered.</summary>
    public void Flush()
    {
        target.Write(_buffer.AsSpan(0, _length));
        _length = 0;
    }
}
