using System.Buffers.Binary;
using System.Text;
using VirtTools.Posix;

namespace VirtTools.Daemon.Inspection.Applications.Sqlite;

/// <summary>A record: the types of its values, then the values ("Database File Format", 2.1).</summary>
internal static class SqliteRecord
{
    private const int Utf8 = 1;
    private const int Utf16LittleEndian = 2;
    private const int MostValues = 2000;

    /// <summary>The values up to the first that makes no sense.</summary>
    /// <param name="encoding">Of texts, by its number.</param>
    public static List<object?> Parse(ReadOnlySpan<byte> record, int encoding)
    {
        var values = new List<object?>();
        var types = record;
        if (ReadNumber(ref types) is not { } headerSize || headerSize > record.Length || headerSize < record.Length - types.Length)
        {
            return values;
        }

        var content = record[(int)headerSize..];
        types = types[..(types.Length - content.Length)];
        while (values.Count < MostValues && ReadNumber(ref types) is { } type)
        {
            var length = LengthOf(type);
            if (length < 0 || length > content.Length)
            {
                break;
            }

            values.Add(Value(type, content[..(int)length], encoding));
            content = content[(int)length..];
        }

        return values;
    }

    /// <summary>A number in one to nine bytes of which all but the last have their highest bit set; null where the bytes end before.</summary>
    public static long? ReadNumber(ref ReadOnlySpan<byte> bytes)
    {
        const int Longest = 9;
        var number = 0L;
        for (var i = 0; i < Longest && i < bytes.Length; i++)
        {
            if (i == Longest - 1)
            {
                number = number << 8 | bytes[i];
            }
            else
            {
                number = number << 7 | (long)(bytes[i] & 0x7F);
            }

            if (bytes[i] < 0x80 || i == Longest - 1)
            {
                bytes = bytes[(i + 1)..];
                return number;
            }
        }

        return null;
    }

    private static long LengthOf(long type) => type switch
    {
        >= 0 and <= 4 => type,
        5 => 6,
        6 or 7 => 8,
        8 or 9 => 0,
        >= 12 => (type - 12) / 2,
        _ => -1,
    };

    private static object? Value(long type, ReadOnlySpan<byte> bytes, int encoding) => type switch
    {
        >= 1 and <= 6 => Integer(bytes),
        8 => 0L,
        9 => 1L,
        >= 12 when type % 2 == 0 => bytes.ToArray(),
        >= 12 => encoding switch
        {
            Utf8 => ByteString.GetString(bytes),
            Utf16LittleEndian => Printable(Encoding.Unicode, bytes),
            _ => Printable(Encoding.BigEndianUnicode, bytes),
        },
        _ => null,
    };

    // UTF-16 may hold halves of pairs, which are no text here: they become replacement characters.
    private static string Printable(Encoding encoding, ReadOnlySpan<byte> bytes) => encoding.GetString(bytes);

    private static long Integer(ReadOnlySpan<byte> bytes)
    {
        var number = (long)(sbyte)bytes[0];
        foreach (var next in bytes[1..])
        {
            number = number << 8 | next;
        }

        return number;
    }
}
