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
    // Files of /proc say that they are empty.
    private const int SmallestRead = 4096;

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
        var file = new DirectFile(source);
        var sent = seekable && total >= MailboxLayout.LeastContent ? SendToSector(source, offset, total, target) : 0;
        while (size is null || sent < size)
        {
            // One byte more than is expected, so that the end is seen at once.
            var room = target.Room();
            var want = (int)Math.Min(room.Length, size is null ? Math.Max(SmallestRead, total - sent + 1) : size.Value - sent);
            var count = seekable
                ? Math.Min(want, file.Read(room[..Math.Min(room.Length, DirectAccess.Aligned(want))], offset + sent))
                : Descriptors.Read(source, room[..want]) ?? 0;
            target.Fill(count);
            sent += count;
            progress.Report((ulong)Math.Min(sent, total), (ulong)total);
            if (count == 0 || (seekable && count < want))
            {
                break;
            }
        }

        if (size is not null && sent < size)
        {
            throw new DaemonException("EINVAL", $"the file ends after {offset + sent} bytes");
        }
    }

    // Past the page cache reading begins at a whole sector, so the odd bytes in front of it go first.
    private static long SendToSector(SafeFileHandle source, long offset, long total, OutgoingFile target)
    {
        Span<byte> odd = stackalloc byte[(int)Math.Min(total, -offset & (DirectAccess.Sector - 1))];
        if (odd.IsEmpty)
        {
            return 0;
        }

        var count = Descriptors.ReadAt(source, odd, offset);
        target.Write(odd[..count]);
        target.Flush();
        return count;
    }
}
