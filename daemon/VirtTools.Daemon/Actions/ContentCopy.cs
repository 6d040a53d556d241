using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Bulk;
using VirtTools.Daemon.Protocol;
using VirtTools.Dispatch;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Actions;

/// <summary>Copies content between files of the guest and the library.</summary>
internal static class ContentCopy
{
    private const int SmallestBuffer = 4096;
    private const int LargestBuffer = 1024 * 1024;

    /// <summary>Refuses what has no content to read.</summary>
    /// <exception cref="DaemonException">EISDIR: a folder.</exception>
    public static void RequireContent(SafeFileHandle file, string name)
    {
        if (Descriptors.Stat(file).Kind == FileKind.Directory)
        {
            throw new DaemonException("EISDIR", $"{name}: Is a directory");
        }
    }

    /// <summary>Writes what the library sends.</summary>
    /// <exception cref="PosixException">ENOSPC and the like.</exception>
    public static void In(IncomingFile source, SafeFileHandle target, long offset)
    {
        // A pipe or a character device of the guest has no offsets.
        var seekable = Descriptors.Stat(target).Kind is FileKind.Regular or FileKind.BlockDevice;
        var file = new DirectFile(target);
        for (var piece = source.Read(); !piece.IsEmpty; piece = source.Read())
        {
            if (seekable)
            {
                file.Write(piece, offset);
            }
            else
            {
                Descriptors.WriteAll(target, piece);
            }

            offset += piece.Length;
        }
    }

    /// <summary>Sends content to the library.</summary>
    /// <param name="size">How much; null is up to the end.</param>
    /// <exception cref="DaemonException">EINVAL: the file ends before.</exception>
    /// <exception cref="PosixException">EIO and the like.</exception>
    public static void Out(SafeFileHandle source, long offset, long? size, OutgoingFile target, CallProgress progress)
    {
        var status = Descriptors.Stat(source);
        var seekable = status.Kind is FileKind.Regular or FileKind.BlockDevice;
        var length = status.Kind == FileKind.BlockDevice ? Descriptors.SizeOf(source) : status.Size;
        var total = size ?? Math.Max(0, length - offset);
        if (seekable && total >= MailboxLayout.LeastContent && !target.Room().IsEmpty)
        {
            OutDirectly(source, offset, size, total, target, progress);
            return;
        }

        var buffer = new byte[(int)Math.Clamp(total + 1, SmallestBuffer, LargestBuffer)];
        long sent = 0;
        while (size is null || sent < size)
        {
            var want = size is null ? buffer.Length : (int)Math.Min(buffer.Length, size.Value - sent);
            var count = seekable
                ? Descriptors.ReadAt(source, buffer.AsSpan(0, want), offset + sent)
                : Descriptors.Read(source, buffer.AsSpan(0, want)) ?? 0;
            if (count == 0)
            {
                break;
            }

            target.Write(buffer.AsSpan(0, count));
            sent += count;
            progress.Report((ulong)Math.Min(sent, total), (ulong)total);

            // ReadAt stops short only at the end, so there is no need to ask again.
            if (seekable && count < want)
            {
                break;
            }
        }

        RequireAll(offset, size, sent);
    }

    private static void OutDirectly(SafeFileHandle source, long offset, long? size, long total, OutgoingFile target, CallProgress progress)
    {
        var file = new DirectFile(source);
        long sent = 0;
        if ((offset & (DirectAccess.Sector - 1)) != 0)
        {
            // A direct read begins at a whole sector, so the odd bytes in front of it go first.
            Span<byte> odd = stackalloc byte[(int)Math.Min(total, DirectAccess.Sector - (offset & (DirectAccess.Sector - 1)))];
            sent = Descriptors.ReadAt(source, odd, offset);
            target.Write(odd[..(int)sent]);
            target.Flush();
        }

        while (size is null || sent < size)
        {
            var room = target.Room();
            var want = size is null ? room.Length : (int)Math.Min(room.Length, size.Value - sent);
            var count = Math.Min(want, file.Read(room[..Math.Min(room.Length, DirectAccess.Aligned(want))], offset + sent));
            target.Fill(count);
            sent += count;
            progress.Report((ulong)Math.Min(sent, total), (ulong)total);

            // Read stops short only at the end.
            if (count < want)
            {
                break;
            }
        }

        RequireAll(offset, size, sent);
    }

    private static void RequireAll(long offset, long? size, long sent)
    {
        if (size is not null && sent < size)
        {
            throw new DaemonException("EINVAL", $"the file ends after {offset + sent} bytes");
        }
    }
}
