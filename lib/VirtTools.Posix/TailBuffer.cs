namespace VirtTools.Posix;

/// <summary>Keeps the last bytes of a stream, up to a bound.</summary>
internal sealed class TailBuffer(int capacity)
{
    private readonly byte[] ring = new byte[capacity];
    private int next;
    private int count;

    /// <summary>Adds bytes; the oldest fall out.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ring.Length)
        {
            bytes = bytes[^ring.Length..];
        }

        var untilEnd = Math.Min(bytes.Length, ring.Length - next);
        bytes[..untilEnd].CopyTo(ring.AsSpan(next));
        bytes[untilEnd..].CopyTo(ring);
        next = ring.Length == 0 ? 0 : (next + bytes.Length) % ring.Length;
        count = Math.Min(count + bytes.Length, ring.Length);
    }

    /// <summary>The bytes kept, oldest first.</summary>
    public byte[] ToArray()
    {
        if (count < ring.Length)
        {
            return ring[..count];
        }

        return [.. ring.AsSpan(next), .. ring.AsSpan(0, next)];
    }
}
