using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace VirtTools.CommandLine.Keys;

/// <summary>
/// A key as the string that the API takes: bytes without loss, as names are (see ByteString). The string is made here and nobody else knows it, so it
/// can be overwritten, which the garbage collector would never do.
/// </summary>
internal sealed class SecretText : IDisposable
{
    private const char EscapeBase = '\uDC00';

    /// <param name="key">The bytes; any of them.</param>
    public SecretText(ReadOnlySpan<byte> key)
    {
        var characters = GC.AllocateUninitializedArray<char>(key.Length, pinned: true);
        Value = new string(characters.AsSpan(0, Decode(key, characters)));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(characters.AsSpan()));
    }

    /// <summary>The key; zeros after disposal.</summary>
    public string Value { get; }

    public void Dispose()
    {
        // An empty string is shared by the whole program.
        if (Value.Length > 0)
        {
            MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(Value.AsSpan()), Value.Length).Clear();
        }
    }

    private static int Decode(ReadOnlySpan<byte> key, Span<char> characters)
    {
        var count = 0;
        while (!key.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(key, out var rune, out var consumed) == OperationStatus.Done)
            {
                count += rune.EncodeToUtf16(characters[count..]);
            }
            else
            {
                foreach (var invalid in key[..consumed])
                {
                    characters[count++] = (char)(EscapeBase + invalid);
                }
            }

            key = key[consumed..];
        }

        return count;
    }
}
