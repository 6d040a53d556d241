namespace VirtTools.Wire;

/// <summary>The content of a FileIn argument as the daemon receives it.</summary>
internal abstract class IncomingFile
{
    /// <summary>The next piece, valid until the next call; empty at the end.</summary>
    /// <exception cref="TransferCancelledException">The library gave up.</exception>
    public abstract ReadOnlySpan<byte> Read();
}

/// <summary>The content of a FileOut argument as the daemon sends it. The reply goes out before the first piece.</summary>
internal abstract class OutgoingFile
{
    /// <summary>Sends a piece of any size.</summary>
    /// <exception cref="TransferCancelledException">The library asked to stop.</exception>
    public abstract void Write(ReadOnlySpan<byte> content);

    /// <summary>
    /// Memory for content that the caller reads from a disk past the page cache, page-aligned where nothing was written before; empty where content can only be
    /// written. It may be filled beyond what <see cref="Fill"/> then counts.
    /// </summary>
    /// <exception cref="TransferCancelledException">The library asked to stop.</exception>
    public virtual Span<byte> Room() => [];

    /// <summary>Sends what was put at the start of <see cref="Room"/>.</summary>
    /// <exception cref="TransferCancelledException">The library asked to stop.</exception>
    public virtual void Fill(int count) => throw new InvalidOperationException("there is no room to fill");

    /// <summary>Sends what has been gathered, so that <see cref="Room"/> is page-aligned again.</summary>
    /// <exception cref="TransferCancelledException">The library asked to stop.</exception>
    public virtual void Flush()
    {
    }
}

/// <summary>The other side stopped a file transfer.</summary>
internal sealed class TransferCancelledException() : Exception("the transfer was cancelled");
