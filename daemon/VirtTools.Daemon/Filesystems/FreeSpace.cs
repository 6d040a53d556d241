using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Protocol;
using VirtTools.Posix;

namespace VirtTools.Daemon.Filesystems;

/// <summary>The free space of a mounted file system.</summary>
internal static class FreeSpace
{
    private const int BlockSize = 1024 * 1024;

    /// <summary>Overwrites it with zeros, by a file without a name that is gone when it is full.</summary>
    /// <exception cref="PosixException">Writing failed otherwise than for lack of room.</exception>
    public static void Zero(SafeFileHandle folder, CallProgress progress)
    {
        using var file = OpenUnnamed(folder);
        var zeros = new byte[BlockSize];
        var total = Free(folder);
        ulong written = 0;
        try
        {
            while (true)
            {
                Descriptors.WriteAll(file, zeros);
                written += BlockSize;
                progress.Report(Math.Min(written, total), Math.Max(total, 1));
            }
        }
        catch (PosixException e) when (e.Errno is Errno.ENOSPC or Errno.EFBIG)
        {
            Descriptors.Synchronize(file);
        }
    }

    // FAT and other old file systems know no files without a name.
    private static SafeFileHandle OpenUnnamed(SafeFileHandle folder)
    {
        const string Name = ".virttools-zero-free-space";
        const uint PrivateMode = 0x180; // 0600
        try
        {
            return Descriptors.OpenAt(folder, ".", OpenFlags.WriteOnly | OpenFlags.Unnamed, PrivateMode);
        }
        catch (PosixException e) when (e.Errno is Errno.ENOTSUP or Errno.EISDIR or Errno.EINVAL)
        {
            var file = Descriptors.OpenAt(folder, Name, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, PrivateMode);
            Kernel.Remove(folder, Name);
            return file;
        }
    }

    private static ulong Free(SafeFileHandle folder)
    {
        var status = Kernel.StatusOfFileSystem(folder);
        return status.FreeBlocks * (ulong)status.BlockSize;
    }
}
