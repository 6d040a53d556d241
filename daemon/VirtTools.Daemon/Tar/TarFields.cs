using System.Buffers.Binary;
using System.Globalization;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Tar;

/// <summary>Reads fields of headers and extended records. Whatever they hold, the result is a value or EINVAL.</summary>
internal static class TarFields
{
    private const int NanosecondDigits = 9;

    /// <summary>Text up to the first zero.</summary>
    public static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return ByteString.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>A number: octal digits among spaces and zeros, or binary where the highest bit is set (GNU).</summary>
    /// <exception cref="DaemonException">EINVAL: it is none, or too large.</exception>
    public static long Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            return Binary(field);
        }

        long value = 0;
        foreach (var digit in field.Trim(" \0"u8))
        {
            value = digit is >= (byte)'0' and <= (byte)'7' && value < 1L << 59 ? (value << 3) + (digit - '0') : throw Malformed("a number");
        }

        return value;
    }

    /// <summary>Seconds since 1970 with a fraction, as extended records write times.</summary>
    /// <exception cref="DaemonException">EINVAL: it is none.</exception>
    public static FileTime Time(string text)
    {
        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? "" : text[(point + 1)..];
        if (!long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            || fraction.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            throw Malformed("a time");
        }

        var nanoseconds = uint.Parse(fraction.PadRight(NanosecondDigits, '0').AsSpan(0, NanosecondDigits), NumberStyles.None, CultureInfo.InvariantCulture);
        return !text.StartsWith('-') || nanoseconds == 0 ? new(seconds, nanoseconds) : new(seconds - 1, 1_000_000_000 - nanoseconds);
    }

    /// <summary>A number of an extended record.</summary>
    /// <exception cref="DaemonException">EINVAL: it is none, or above <paramref name="most"/>.</exception>
    public static long Decimal(string text, long most) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= most ? value : throw Malformed("a number");

    /// <summary>The error of an archive that is none.</summary>
    public static DaemonException Malformed(string what) => new("EINVAL", $"this does not look like a tar archive: {what} is malformed");

    private static long Binary(ReadOnlySpan<byte> field)
    {
        // Two's complement over the whole field, the mark of it in the highest bit taken out of positive numbers.
        var high = field[..(field.Length - 8)];
        var isNegative = (field[0] & 0x40) != 0;
        if (field.Length == 8)
        {
            var bits = BinaryPrimitives.ReadInt64BigEndian(field);
            return isNegative ? bits : bits & long.MaxValue;
        }

        var value = BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
        var isExtended = isNegative ? !high.ContainsAnyExcept((byte)0xFF) : high[0] == 0x80 && !high[1..].ContainsAnyExcept((byte)0);
        return isExtended && value < 0 == isNegative ? value : throw Malformed("a number");
    }
}
