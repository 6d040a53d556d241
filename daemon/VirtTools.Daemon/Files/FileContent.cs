using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Protocol;
using VirtTools.Posix;

namespace VirtTools.Daemon.Files;

/// <summary>Reads files from start to end.</summary>
internal static class FileContent
{
    private const int BlockSize = 256 * 1024;

    /// <summary>The pieces of a file, each valid until the next.</summary>
    /// <exception cref="PosixException">EIO and the like.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Blocks(SafeFileHandle file)
    {
        var block = new byte[BlockSize];
        while (Descriptors.Read(file, block) is > 0 and var count)
        {
            yield return block.AsMemory(0, count);
        }
    }

    /// <summary>Whether two files hold the same bytes.</summary>
    /// <exception cref="PosixException">EIO and the like.</exception>
    public static bool AreEqual(SafeFileHandle first, SafeFileHandle second)
    {
        var left = new byte[BlockSize];
        var right = new byte[BlockSize];
        while (true)
        {
            var leftLength = ReadFull(first, left);
            var rightLength = ReadFull(second, right);
            if (!left.AsSpan(0, leftLength).SequenceEqual(right.AsSpan(0, rightLength)))
            {
                return false;
            }

            if (leftLength < BlockSize)
            {
                return true;
            }
        }
    }

    /// <summary>Whether there is nothing but zero bytes.</summary>
    /// <exception cref="PosixException">EIO and the like.</exception>
    public static bool IsZero(SafeFileHandle file)
    {
        foreach (var block in Blocks(file))
        {
            if (block.Span.ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes one pattern again and again.</summary>
    /// <exception cref="PosixException">ENOSPC and the like.</exception>
    public static void Fill(SafeFileHandle file, ReadOnlySpan<byte> pattern, long length, CallProgress progress)
    {
        if (pattern.IsEmpty || length <= 0)
        {
            return;
        }

        var block = new byte[BlockSize / pattern.Length * pattern.Length is > 0 and var whole ? whole : pattern.Length];
        for (var offset = 0; offset < block.Length; offset += pattern.Length)
        {
            pattern.CopyTo(block.AsSpan(offset));
        }

        for (long written = 0; written < length;)
        {
            var count = (int)Math.Min(block.Length, length - written);
            Descriptors.WriteAll(file, block.AsSpan(0, count));
            written += count;
            progress.Report((ulong)written, (ulong)length);
        }
    }

    private static int ReadFull(SafeFileHandle file, Span<byte> target)
    {
        var length = 0;
        while (length < target.Length && Descriptors.Read(file, target[length..]) is > 0 and var count)
        {
            length += count;
        }

        return length;
    }
}
