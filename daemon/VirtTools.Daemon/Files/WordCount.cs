using Microsoft.Win32.SafeHandles;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Files;

/// <summary>Counts as wc(1) does.</summary>
internal static class WordCount
{
    /// <summary>Line ends.</summary>
    /// <exception cref="DaemonException">EOVERFLOW: more than the protocol's number holds.</exception>
    public static int Lines(SafeFileHandle file)
    {
        long count = 0;
        foreach (var block in FileContent.Blocks(file))
        {
            count += block.Span.Count((byte)'\n');
        }

        return Fit(count);
    }

    /// <summary>Runs of bytes that are not blank.</summary>
    /// <exception cref="DaemonException">EOVERFLOW: more than the protocol's number holds.</exception>
    public static int Words(SafeFileHandle file)
    {
        long count = 0;
        var inside = false;
        foreach (var block in FileContent.Blocks(file))
        {
            foreach (var value in block.Span)
            {
                var blank = value is (byte)' ' or >= 0x09 and <= 0x0D;
                count += !blank && !inside ? 1 : 0;
                inside = !blank;
            }
        }

        return Fit(count);
    }

    /// <summary>Bytes.</summary>
    /// <exception cref="DaemonException">EOVERFLOW: more than the protocol's number holds.</exception>
    public static int Bytes(SafeFileHandle file)
    {
        long count = 0;
        foreach (var block in FileContent.Blocks(file))
        {
            count += block.Length;
        }

        return Fit(count);
    }

    private static int Fit(long count) =>
        count <= int.MaxValue ? (int)count : throw new DaemonException("EOVERFLOW", $"{count} is more than the result can hold");
}
