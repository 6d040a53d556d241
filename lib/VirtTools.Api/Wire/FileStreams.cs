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
    /// Memory, never empty, that the caller fills with what comes next. While only whole blocks of 512 bytes were sent it has whole blocks left; where there is a
    /// mailbox they lie so that a disk may fill them past the page cache. It may be written beyond what <see cref="Fill"/> then counts.
    /// </summary>
    public abstract Span<byte> Room();

    /// <summary>Sends what was put at the start of <see cref="Room"/>.</summary>
    /// <exception cref="TransferCancelledException">The library asked to stop.</exception>
    public abstract void Fill(int count);

    /// <summary>Sends what has been gathered, so that <see cref="Room"/> begins with a whole block again.</summary>
    /// <exception cref="TransferCancelledException">The library asked to stop.</exception>
    public abstract void Flush();
}

/// <summary>The other side stopped a file transfer.</summary>
internal sealed class TransferCancelledException() : Exception("the transfer was cancelled");
