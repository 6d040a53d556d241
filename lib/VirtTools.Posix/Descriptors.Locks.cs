using System.Runtime.InteropServices;
using VirtTools.Posix.Native;

namespace VirtTools.Posix;

/// <summary>Whether others may hold the lock at the same time.</summary>
internal enum LockKind : short
{
    Shared = 0,
    Exclusive = 1,
}

/// <summary>Whether to wait for a lock that another holds.</summary>
internal enum LockWait
{
    Wait,
    Refuse,
}

internal static partial class Descriptors
{
    private const int OpenFileLockTest = 36; // F_OFD_GETLK
    private const int OpenFileLockSet = 37; // F_OFD_SETLK
    private const int OpenFileLockWait = 38; // F_OFD_SETLKW
    private const short Unlocked = 2; // F_UNLCK

    /// <summary>flock(2) on the whole file; released with the last descriptor of this open file.</summary>
    /// <returns>False where another holds it and <paramref name="wait"/> is <see cref="LockWait.Refuse"/>.</returns>
    /// <exception cref="PosixException">The file system knows no locks.</exception>
    public static bool Lock(SafeHandle handle, LockKind kind, LockWait wait)
    {
        using var use = new HandleUse(handle);
        var operation = (kind == LockKind.Shared ? 1 : 2) | (wait == LockWait.Refuse ? 4 : 0);
        while (Libc.Flock(use.Number, operation) < 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN:
                    return false;
                case var errno:
                    throw new PosixException(errno, "flock");
            }
        }

        return true;
    }

    /// <summary>Gives the lock of <see cref="Lock"/> back.</summary>
    /// <exception cref="PosixException">The descriptor is not open.</exception>
    public static void Unlock(SafeHandle handle)
    {
        using var use = new HandleUse(handle);
        Checked(Libc.Flock(use.Number, 8 /* LOCK_UN */), "flock");
    }

    /// <summary>A lock on a range of bytes that belongs to the open file, not to the process: the kind that QEMU takes on images.</summary>
    /// <returns>False where another holds it and <paramref name="wait"/> is <see cref="LockWait.Refuse"/>.</returns>
    /// <exception cref="PosixException">The file system knows no such locks, or the descriptor lacks the access that the lock needs (EBADF).</exception>
    public static bool LockRange(SafeHandle handle, LockKind kind, long start, long length, LockWait wait)
    {
        using var use = new HandleUse(handle);
        var range = new Libc.RecordLock { Type = (short)kind, Start = start, Length = length };
        while (Libc.FcntlLock(use.Number, wait == LockWait.Wait ? OpenFileLockWait : OpenFileLockSet, ref range) < 0)
        {
            switch (Marshal.GetLastPInvokeError())
            {
                case Errno.EINTR:
                    break;
                case Errno.EAGAIN or Errno.EACCES:
                    return false;
                case var errno:
                    throw new PosixException(errno, "fcntl");
            }
        }

        return true;
    }

    /// <summary>Gives a lock of <see cref="LockRange"/> back.</summary>
    /// <exception cref="PosixException">The file system knows no such locks.</exception>
    public static void UnlockRange(SafeHandle handle, long start, long length)
    {
        using var use = new HandleUse(handle);
        var range = new Libc.RecordLock { Type = Unlocked, Start = start, Length = length };
        Checked(Libc.FcntlLock(use.Number, OpenFileLockSet, ref range), "fcntl");
    }

    /// <summary>Whether <see cref="LockRange"/> would succeed now; takes nothing.</summary>
    /// <exception cref="PosixException">The file system knows no such locks.</exception>
    public static bool CanLockRange(SafeHandle handle, LockKind kind, long start, long length)
    {
        using var use = new HandleUse(handle);
        var range = new Libc.RecordLock { Type = (short)kind, Start = start, Length = length };
        Checked(Libc.FcntlLock(use.Number, OpenFileLockTest, ref range), "fcntl");
        return range.Type == Unlocked;
    }
}
