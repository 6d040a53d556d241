using Microsoft.Win32.SafeHandles;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Files;

/// <summary>Lines of a file, without their ends; what comes back fits into one message.</summary>
internal static class Lines
{
    private const int LargestResult = Wire.Protocol.MessageMax;
    private const int BlockSize = 64 * 1024;

    /// <summary>The first lines, as <c>head -n</c>: negative is all but so many at the end.</summary>
    /// <exception cref="DaemonException">EMSGSIZE: too much for one message.</exception>
    public static string[] First(SafeFileHandle file, int count)
    {
        if (count >= 0)
        {
            return [.. From(file).Take(count)];
        }

        var all = From(file).ToList();
        return [.. all.Take(Math.Max(0, all.Count + count))];
    }

    /// <summary>The last lines, as <c>tail -n</c>: negative is all from that line on.</summary>
    /// <exception cref="DaemonException">EMSGSIZE: too much for one message.</exception>
    public static string[] Last(SafeFileHandle file, int count)
    {
        if (count < 0)
        {
            return [.. From(file).Skip(-count - 1)];
        }

        if (count == 0)
        {
            return [];
        }

        return Descriptors.Stat(file).Kind == FileKind.Regular ? FromEnd(file, count) : [.. From(file).TakeLast(count)];
    }

    /// <summary>All lines.</summary>
    /// <exception cref="DaemonException">EMSGSIZE: a line, or all that was asked for, is too much for one message.</exception>
    public static IEnumerable<string> From(SafeFileHandle file)
    {
        var rest = new List<byte>();
        long total = 0;
        foreach (var block in FileContent.Blocks(file))
        {
            var position = 0;
            while (position < block.Length)
            {
                var length = block.Span[position..].IndexOf((byte)'\n');
                if (length < 0)
                {
                    rest.AddRange(block.Span[position..]);
                    Refuse(total + rest.Count);
                    break;
                }

                total += rest.Count + length;
                Refuse(total);
                yield return Text(rest, block.Span.Slice(position, length));
                position += length + 1;
            }
        }

        if (rest.Count > 0)
        {
            yield return Text(rest, []);
        }
    }

    private static string Text(List<byte> rest, ReadOnlySpan<byte> tail)
    {
        if (rest.Count == 0)
        {
            return ByteString.GetString(tail);
        }

        rest.AddRange(tail);
        var text = ByteString.GetString([.. rest]);
        rest.Clear();
        return text;
    }

    // Blocks from the end backwards until there are enough line ends: a log of gigabytes costs no more than a small one.
    private static string[] FromEnd(SafeFileHandle file, int count)
    {
        var size = Descriptors.Stat(file).Size;
        var start = size;
        var tail = Array.Empty<byte>();
        while (start > 0 && tail.AsSpan().TrimEnd((byte)'\n').Count((byte)'\n') < count)
        {
            var length = (int)Math.Min(BlockSize, start);
            Refuse(tail.Length + length);
            var longer = new byte[length + tail.Length];
            var read = Descriptors.ReadAt(file, longer.AsSpan(0, length), start - length);
            tail.CopyTo(longer, read);
            tail = longer.AsSpan(0, read + tail.Length).ToArray();
            start -= length;
        }

        var text = ByteString.GetString(tail);
        if (text.Length == 0)
        {
            return [];
        }

        var lines = (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
        return lines[Math.Max(0, lines.Length - count)..];
    }

    private static void Refuse(long bytes)
    {
        if (bytes > LargestResult)
        {
            throw new DaemonException("EMSGSIZE", "the lines do not fit into a message of the protocol (4 MiB)");
        }
    }
}
