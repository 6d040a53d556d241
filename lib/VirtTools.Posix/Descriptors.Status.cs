using System.Runtime.InteropServices;
using VirtTools.Posix.Native;

namespace VirtTools.Posix;

internal static partial class Descriptors
{
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint BasicStatus = 0x7FF; // STATX_BASIC_STATS

    /// <summary>stat(2): the file that the path leads to.</summary>
    /// <exception cref="PosixException">No such file, or a folder on the way cannot be searched.</exception>
    public static FileStatus Stat(string path) => StatusOf(CurrentFolder, ByteString.GetTerminated(path), 0, path);

    /// <summary>lstat(2): a symbolic link itself.</summary>
    /// <exception cref="PosixException">No such file, or a folder on the way cannot be searched.</exception>
    public static FileStatus LStat(string path) => StatusOf(CurrentFolder, ByteString.GetTerminated(path), NoFollow, path);

    /// <summary>fstat(2).</summary>
    /// <exception cref="PosixException">The file system failed.</exception>
    public static FileStatus Stat(SafeHandle handle)
    {
        using var use = new HandleUse(handle);
        return StatusOf(use.Number, [0], EmptyPath, "fstat");
    }

    /// <summary>Stat of a path, or null where nothing is there.</summary>
    /// <exception cref="PosixException">A folder on the way cannot be searched.</exception>
    public static FileStatus? TryStat(string path)
    {
        try
        {
            return Stat(path);
        }
        catch (PosixException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return null;
        }
    }

    /// <summary>statfs(2): the file system that a path lies on.</summary>
    /// <exception cref="PosixException">No such path.</exception>
    public static FileSystemStatus FileSystemOf(string path) =>
        Libc.StatFs(ByteString.GetTerminated(path), out var status) == 0
            ? new(status.Type & uint.MaxValue, (long)Math.Min(status.AvailableBlocks, (ulong)(long.MaxValue / Math.Max(1, status.BlockSize))) * status.BlockSize)
            : throw new PosixException(Marshal.GetLastPInvokeError(), path);

    /// <summary>Whether this process could run the file as a program (access(2) with X_OK, a regular file).</summary>
    public static bool IsProgram(string path) =>
        Libc.Access(ByteString.GetTerminated(path), 1 /* X_OK */) == 0 && TryStat(path) is { Kind: FileKind.Regular };

    private static FileStatus StatusOf(int folder, ReadOnlySpan<byte> path, int flags, string what)
    {
        if (Libc.StatX(folder, path, flags, BasicStatus, out var status) < 0)
        {
            throw new PosixException(Marshal.GetLastPInvokeError(), what);
        }

        return new(
            new(status.DeviceMajor, status.DeviceMinor),
            status.Inode,
            status.Mode,
            status.LinkCount,
            status.UserId,
            status.GroupId,
            new(status.RawDeviceMajor, status.RawDeviceMinor),
            (long)status.Size,
            (long)status.Blocks,
            status.BlockSize,
            TimeOf(status.AccessTime),
            TimeOf(status.ModificationTime),
            TimeOf(status.ChangeTime));

        static FileTime TimeOf(Libc.StatXTime time) => new(time.Seconds, time.Nanoseconds);
    }
}
