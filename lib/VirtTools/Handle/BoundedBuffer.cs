namespace VirtTools.Handle;

/// <summary>Collects what is written to it, up to a bound.</summary>
internal sealed class BoundedBuffer(long limit) : Stream
{
    private readonly MemoryStream _content = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _content.Length;

    public override long Position
    {
        get => _content.Position;
        set => throw new NotSupportedException();
    }

    public ReadOnlySpan<byte> Span => _content.GetBuffer().AsSpan(0, (int)_content.Length);

    public byte[] ToArray() => _content.ToArray();

    /// <exception cref="IOException">The bound would be passed.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > limit - _content.Length)
        {
            throw new IOException($"the content is larger than the limit of {limit} bytes; download it to a file or raise ReadLimit");
        }

        _content.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
