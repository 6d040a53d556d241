using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Output;

/// <summary>Writes to a descriptor with a buffer between. The descriptor stays open.</summary>
/// <param name="handle">Where to write.</param>
/// <param name="name">How messages call it.</param>
internal sealed class DescriptorStream(SafeFileHandle handle, string name) : Stream
{
    private readonly byte[] _buffer = new byte[32 * 1024];
    private int _filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    /// <exception cref="OutputFailedException">The write failed, such as ENOSPC.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_filled + buffer.Length > _buffer.Length)
        {
            Flush();
        }

        if (buffer.Length > _buffer.Length)
        {
            WriteOut(buffer);
            return;
        }

        buffer.CopyTo(_buffer.AsSpan(_filled));
        _filled += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    /// <exception cref="OutputFailedException">The write failed, such as ENOSPC.</exception>
    public override void Flush()
    {
        var filled = _filled;
        _filled = 0;
        WriteOut(_buffer.AsSpan(0, filled));
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void WriteOut(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[WriteSome(bytes)..];
        }
    }

    private int WriteSome(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (Descriptors.Write(handle, bytes) is { } count)
            {
                return count;
            }
        }
        catch (PosixException e) when (e.Errno == Errno.EPIPE)
        {
            throw new OutputClosedException();
        }
        catch (PosixException e)
        {
            throw new OutputFailedException($"{name}: {Errno.Message(e.Errno)}");
        }

        // A descriptor that another program made non-blocking and that is full now.
        PollEntry[] entries = [new((int)handle.DangerousGetHandle(), PollEvents.Writable)];
        Poll.Wait(entries, null);
        return 0;
    }
}
