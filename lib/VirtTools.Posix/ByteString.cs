using System.Buffers;
using System.Text;

namespace VirtTools.Posix;

/// <summary>
/// Names of files, programs and devices are bytes. This maps them to C# strings and back without loss: UTF-8 where the bytes are UTF-8,
/// and the lone surrogate U+DCNN for each byte 0xNN that is not, as Python's <c>surrogateescape</c> does (PEP 383).
/// </summary>
internal static class ByteString
{
    private const char EscapeBase = '\uDC00';
    private const char FirstEscape = '\uDC80';
    private const char LastEscape = '\uDCFF';

    /// <summary>The string that stands for <paramref name="bytes"/>; any bytes are accepted.</summary>
    public static string GetString(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var builder = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var consumed) == OperationStatus.Done)
            {
                builder.Append(rune.ToString());
            }
            else
            {
                // Every byte of an ill-formed sequence is 0x80 or above, so each has an escape of its own.
                foreach (var invalid in bytes[..consumed])
                {
                    builder.Append((char)(EscapeBase + invalid));
                }
            }

            bytes = bytes[consumed..];
        }

        return builder.ToString();
    }

    /// <summary>The bytes that <paramref name="text"/> stands for.</summary>
    /// <exception cref="ArgumentException">A lone surrogate outside U+DC80 to U+DCFF: no byte string reads so.</exception>
    public static byte[] GetBytes(string text)
    {
        var bytes = new byte[GetByteCount(text)];
        GetBytes(text, bytes);
        return bytes;
    }

    /// <summary>The bytes of <paramref name="text"/> and one zero byte, as system calls take them.</summary>
    /// <exception cref="ArgumentException">The text holds a zero byte, or a lone surrogate that stands for no byte.</exception>
    public static byte[] GetTerminated(string text)
    {
        if (text.Contains('\0'))
        {
            throw new ArgumentException("a path or argument cannot hold a zero byte", nameof(text));
        }

        var bytes = new byte[GetByteCount(text) + 1];
        GetBytes(text, bytes);
        return bytes;
    }

    /// <summary>Writes the bytes of <paramref name="text"/> and returns how many they are.</summary>
    /// <exception cref="ArgumentException">A lone surrogate outside U+DC80 to U+DCFF, or too small a destination.</exception>
    public static int GetBytes(ReadOnlySpan<char> text, Span<byte> destination)
    {
        var written = 0;
        while (!text.IsEmpty)
        {
            var plain = LengthWithoutSurrogates(text);
            written += Encoding.UTF8.GetBytes(text[..plain], destination[written..]);
            text = text[plain..];
            if (text.IsEmpty)
            {
                break;
            }

            if (Rune.DecodeFromUtf16(text, out var rune, out var consumed) == OperationStatus.Done)
            {
                written += rune.EncodeToUtf8(destination[written..]);
            }
            else
            {
                destination[written++] = EscapedByte(text[0]);
            }

            text = text[consumed..];
        }

        return written;
    }

    /// <summary>How many bytes <paramref name="text"/> stands for.</summary>
    /// <exception cref="ArgumentException">A lone surrogate outside U+DC80 to U+DCFF.</exception>
    public static int GetByteCount(ReadOnlySpan<char> text)
    {
        var count = 0;
        while (!text.IsEmpty)
        {
            var plain = LengthWithoutSurrogates(text);
            count += Encoding.UTF8.GetByteCount(text[..plain]);
            text = text[plain..];
            if (text.IsEmpty)
            {
                break;
            }

            if (Rune.DecodeFromUtf16(text, out var rune, out var consumed) == OperationStatus.Done)
            {
                count += rune.Utf8SequenceLength;
            }
            else
            {
                EscapedByte(text[0]);
                count++;
            }

            text = text[consumed..];
        }

        return count;
    }

    /// <summary>Whether the string holds no escaped byte, so that it can be shown or put into JSON as it is.</summary>
    public static bool IsValidUtf8(string text)
    {
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            rest = rest[LengthWithoutSurrogates(rest)..];
            if (rest.IsEmpty)
            {
                return true;
            }

            if (Rune.DecodeFromUtf16(rest, out _, out var consumed) != OperationStatus.Done)
            {
                return false;
            }

            rest = rest[consumed..];
        }

        return true;
    }

    private static int LengthWithoutSurrogates(ReadOnlySpan<char> text)
    {
        var index = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        return index < 0 ? text.Length : index;
    }

    private static byte EscapedByte(char surrogate) =>
        surrogate is >= FirstEscape and <= LastEscape
            ? (byte)(surrogate - EscapeBase)
            : throw new ArgumentException($"the lone surrogate U+{(int)surrogate:X4} stands for no byte");
}
