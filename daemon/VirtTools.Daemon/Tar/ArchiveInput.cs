using VirtTools.Dispatch;
using VirtTools.Wire;

namespace VirtTools.Daemon.Tar;

/// <summary>An archive as it comes from the library, in pieces of any size; content is handed out where it lies.</summary>
internal ref struct ArchiveInput(IncomingFile source)
{
    private ReadOnlySpan<byte> _piece;

    /// <summary>Reads a whole block; false where the archive ends in front of it.</summary>
    /// <exception cref="DaemonException">EINVAL: the archive ends inside it.</exception>
    public bool TryReadBlock(scoped Span<byte> block)
    {
        var done = 0;
        while (done < block.Length)
        {
            var part = Take(block.Length - done);
            if (part.IsEmpty)
            {
                return done == 0 ? false : throw EndsTooEarly();
            }

            part.CopyTo(block[done..]);
            done += part.Length;
        }

        return true;
    }

    /// <summary>What comes next, at least one byte and at most so many; empty at the end of the archive. Valid until the next call.</summary>
    public ReadOnlySpan<byte> Take(long most)
    {
        if (_piece.IsEmpty && most > 0)
        {
            _piece = source.Read();
        }

        var part = _piece[..(int)Math.Min(_piece.Length, most)];
        _piece = _piece[part.Length..];
        return part;
    }

    /// <summary>Passes over content.</summary>
    /// <exception cref="DaemonException">EINVAL: the archive ends before.</exception>
    public void Skip(long count)
    {
        while (count > 0)
        {
            var part = Take(count);
            count -= part.IsEmpty ? throw EndsTooEarly() : part.Length;
        }
    }

    /// <summary>What is left, with bytes in front of it that were read already.</summary>
    public IncomingFile Rest(scoped ReadOnlySpan<byte> front) => new PutBack([.. front, .. _piece], source);

    /// <summary>The error of an archive that ends too early.</summary>
    public static DaemonException EndsTooEarly() => new("EINVAL", "the archive ends too early");

    private sealed class PutBack(byte[] front, IncomingFile rest) : IncomingFile
    {
        private bool _isFrontRead;

        public override ReadOnlySpan<byte> Read()
        {
            if (_isFrontRead || front.Length == 0)
            {
                return rest.Read();
            }

            _isFrontRead = true;
            return front;
        }
    }
}
