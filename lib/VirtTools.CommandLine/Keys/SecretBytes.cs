using System.Security.Cryptography;

namespace VirtTools.CommandLine.Keys;

/// <summary>Bytes of a key: at one place in memory, overwritten when they are no longer needed.</summary>
internal sealed class SecretBytes : IDisposable
{
    private readonly byte[] _bytes;

    /// <param name="length">How many bytes; they are zero until they are written to <see cref="Span"/>.</param>
    public SecretBytes(int length) => _bytes = GC.AllocateUninitializedArray<byte>(length, pinned: true);

    /// <summary>A copy.</summary>
    public SecretBytes(ReadOnlySpan<byte> bytes)
        : this(bytes.Length) => bytes.CopyTo(_bytes);

    /// <summary>The bytes.</summary>
    public Span<byte> Span => _bytes;

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);
}
