using System.Text;
using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>What the appliance writes on its serial console: the last of it for error messages, and what is new for whoever follows it.</summary>
internal sealed class ConsoleLog
{
    private const int TailSize = 64 * 1024;
    private const int MaximumUnread = 1024 * 1024;

    private readonly Lock access = new();
    private readonly TailBuffer tail = new(TailSize);
    private readonly Queue<byte[]> unread = new();
    private int unreadLength;

    /// <summary>Raised after bytes have come, on the thread that watches the appliance: wake up whoever calls <see cref="TakeNew"/>.</summary>
    public event Action? Arrived;

    /// <summary>Whether <see cref="TakeNew"/> would return something.</summary>
    public bool HasNew
    {
        get
        {
            lock (access)
            {
                return unreadLength > 0;
            }
        }
    }

    /// <summary>Adds bytes. If nobody takes them, the oldest unread ones are lost.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (access)
        {
            tail.Add(bytes);
            unread.Enqueue(bytes.ToArray());
            unreadLength += bytes.Length;
            while (unreadLength > MaximumUnread)
            {
                unreadLength -= unread.Dequeue().Length;
            }
        }

        Arrived?.Invoke();
    }

    /// <summary>The bytes that came since the last call; empty if there are none.</summary>
    public byte[] TakeNew()
    {
        lock (access)
        {
            var taken = new byte[unreadLength];
            var position = 0;
            while (unread.TryDequeue(out var block))
            {
                block.CopyTo(taken, position);
                position += block.Length;
            }

            unreadLength = 0;
            return taken;
        }
    }

    /// <summary>The last lines, oldest first, made safe to show (see <see cref="PlainLines"/>).</summary>
    public IReadOnlyList<string> LastLines()
    {
        lock (access)
        {
            return PlainLines.Of(tail.ToArray());
        }
    }
}

/// <summary>Turns output of QEMU or the guest into lines for messages: what could steer a terminal is left out.</summary>
internal static class PlainLines
{
    private const int MaximumLength = 4096;

    public static IReadOnlyList<string> Of(byte[] bytes)
    {
        List<string> lines = [];
        foreach (var line in ByteString.GetString(bytes).Split('\n'))
        {
            var plain = Plain(line);
            if (plain.Length > 0)
            {
                lines.Add(plain);
            }
        }

        return lines;
    }

    private static string Plain(string line)
    {
        var plain = new StringBuilder(Math.Min(line.Length, MaximumLength));
        foreach (var rune in line.EnumerateRunes())
        {
            if (plain.Length >= MaximumLength)
            {
                break;
            }

            // An escaped byte is a lone surrogate, which EnumerateRunes gives as U+FFFD.
            plain.Append(Rune.IsControl(rune) ? "" : rune.ToString());
        }

        return plain.ToString().Trim();
    }
}
