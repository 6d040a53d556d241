using System.Runtime.InteropServices;
using VirtTools.Posix;
using VirtTools.Posix.Native;

namespace VirtTools.Daemon.Native;

internal static partial class Kernel
{
    private const uint BasicStatus = 0x7FF; // STATX_BASIC_STATS

    /// <summary>Status of a name in a folder, a symbolic link itself included.</summary>
    /// <returns>Null where it cannot be had.</returns>
    public static FileStatus? TryStatus(SafeHandle folder, string name)
    {
        using var use = new HandleUse(folder);
        if (Libc.StatX(use.Number, ByteString.GetTerminated(name), NoFollow, BasicStatus, out var status) < 0)
        {
            return null;
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
            new(status.AccessTime.Seconds, status.AccessTime.Nanoseconds),
            new(status.ModificationTime.Seconds, status.ModificationTime.Nanoseconds),
            new(status.ChangeTime.Seconds, status.ChangeTime.Nanoseconds));
    }

    /// <summary>chmod(2) on what a descriptor stands for, one opened with O_PATH included.</summary>
    /// <exception cref="PosixException">A read-only file system.</exception>
    public static void ChangeMode(SafeHandle file, uint mode)
    {
        using var use = new HandleUse(file);
        Check(ChMod(ByteString.GetTerminated($"/proc/self/fd/{use.Number}"), mode), "chmod");
    }

    /// <summary>fchmod(2), for what is open for reading or writing.</summary>
    /// <exception cref="PosixException">A read-only file system.</exception>
    public static void ChangeModeOfOpen(SafeHandle file, uint mode)
    {
        using var use = new HandleUse(file);
        Check(Libc.FChMod(use.Number, mode), "chmod");
    }

    /// <summary>utimensat(2) on what a descriptor stands for, one opened with O_PATH included.</summary>
    /// <exception cref="PosixException">A read-only file system.</exception>
    public static void SetTimesOf(SafeHandle file, TimeValue access, TimeValue modification)
    {
        using var use = new HandleUse(file);
        Check(UTimeNsAt(use.Number, [0], [access, modification], EmptyPath), "utimens");
    }

    /// <summary>Random bytes of the kernel (getrandom(2)).</summary>
    /// <exception cref="PosixException">The kernel has none.</exception>
    public static unsafe void FillRandom(Span<byte> target)
    {
        fixed (byte* start = target)
        {
            Check(GetRandom(start, (nuint)target.Length, 0), "getrandom");
        }
    }

    /// <summary>copy_file_range(2): the kernel moves the bytes, or shares the blocks.</summary>
    /// <returns>Bytes copied, 0 at the end; minus the error number where the file systems cannot do it.</returns>
    public static long TryCopyRange(SafeHandle source, SafeHandle target, long length)
    {
        using var from = new HandleUse(source);
        using var to = new HandleUse(target);
        var count = CopyFileRange(from.Number, 0, to.Number, 0, (nuint)length, 0);
        return count >= 0 ? count : -Marshal.GetLastPInvokeError();
    }

    [LibraryImport(Library, EntryPoint = "chmod", SetLastError = true)]
    private static partial int ChMod(ReadOnlySpan<byte> path, uint mode);

    [LibraryImport(Library, EntryPoint = "getrandom", SetLastError = true)]
    private static unsafe partial nint GetRandom(byte* buffer, nuint size, uint flags);

    [LibraryImport(Library, EntryPoint = "copy_file_range", SetLastError = true)]
    private static partial nint CopyFileRange(int from, nint fromOffset, int to, nint toOffset, nuint length, uint flags);
}
