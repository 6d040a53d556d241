namespace VirtTools.Connection;

/// <summary>Stream reads and writes in the pairs that synchronous twins need.</summary>
internal static class StreamAccess
{
    public static ValueTask<int> ReadSomeAsync(this Stream stream, Memory<byte> target, CancellationToken cancellationToken) =>
        stream.ReadAsync(target, cancellationToken);

    public static int ReadSome(this Stream stream, Memory<byte> target) => stream.Read(target.Span);

    public static ValueTask WriteAllAsync(this Stream stream, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        stream.WriteAsync(content, cancellationToken);

    public static void WriteAll(this Stream stream, ReadOnlyMemory<byte> content) => stream.Write(content.Span);
}
