using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Protocol;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Files;

/// <summary>A place in an open file or device.</summary>
internal readonly record struct FilePlace(SafeFileHandle File, long Offset);

/// <summary>Copies a range of bytes.</summary>
internal static class RangeCopy
{
    private const int BlockSize = 1024 * 1024;

    /// <summary>Copies from one place to another.</summary>
    /// <param name="size">How many bytes; null for all there are.</param>
    /// <param name="skipZeros">Leave out what is zero; a file has a hole there.</param>
    /// <exception cref="DaemonException">EINVAL: the source is shorter.</exception>
    /// <exception cref="PosixException">Reading or writing failed.</exception>
    public static void Run(FilePlace source, FilePlace target, long? size, bool skipZeros, CallProgress progress)
    {
        var total = size ?? Math.Max(0, Descriptors.SizeOf(source.File) - source.Offset);
        var block = new byte[(int)Math.Clamp(total, 1, BlockSize)];
        long done = 0;
        while (done < total)
        {
            var count = Descriptors.ReadAt(source.File, block.AsSpan(0, (int)Math.Min(block.Length, total - done)), source.Offset + done);
            if (count == 0)
            {
                break;
            }

            if (!skipZeros || block.AsSpan(0, count).ContainsAnyExcept((byte)0))
            {
                Descriptors.WriteAt(target.File, block.AsSpan(0, count), target.Offset + done);
            }

            done += count;
            progress.Report((ulong)done, (ulong)total);
        }

        if (size is not null && done < total)
        {
            throw new DaemonException("EINVAL", $"the source ends after {done} of {total} bytes");
        }

        var status = Descriptors.Stat(target.File);
        if (skipZeros && status.Kind == FileKind.Regular && status.Size < target.Offset + done)
        {
            Descriptors.Truncate(target.File, target.Offset + done);
        }
    }
}
