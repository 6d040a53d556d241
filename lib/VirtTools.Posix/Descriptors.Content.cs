using System.Runtime.InteropServices;
using VirtTools.Posix.Native;

namespace VirtTools.Posix;

internal static partial class Descriptors
{
    /// <summary>Reads at an offset until the buffer is full or the file ends.</summary>
    /// <returns>The number of bytes read: less than the buffer's length only at the end of the file.</returns>
    /// <exception cref="PosixException">The read failed; ESPIPE for a pipe or socket.</exception>
    public static unsafe int ReadAt(SafeHandle handle, Span<byte> buffer, long offset)
    {
        using var use = new HandleUse(handle);
        var done = 0;
        while (done < buffer.Length)
        {
            nint count;
            fixed (byte* start = buffer[done..])
            {
                count = Libc.PRead(use.Number, start, (nuint)(buffer.Length - done), offset + done);
            }

            if (count == 0)
            {
                break;
            }

            done += Progress(count, "read");
        }

        return done;
    }

    /// <summary>One pread(2).</summary>
    /// <returns>The bytes read, 0 at the end.</returns>
    /// <exception cref="PosixException">The read failed.</exception>
    public static unsafe int ReadOnceAt(SafeHandle handle, Span<byte> buffer, long offset)
    {
        using var use = new HandleUse(handle);
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var count = Libc.PRead(use.Number, start, (nuint)buffer.Length, offset);
                if (count >= 0)
                {
                    return (int)count;
                }

                var errno = Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR)
                {
                    throw new PosixException(errno, "read");
                }
            }
        }
    }

    /// <summary>Writes all bytes at an offset.</summary>
    /// <exception cref="PosixException">The write failed, such as ENOSPC.</exception>
    public static unsafe void WriteAt(SafeHandle handle, ReadOnlySpan<byte> bytes, long offset)
    {
        using var use = new HandleUse(handle);
        var done = 0;
        while (done < bytes.Length)
        {
            fixed (byte* start = bytes[done..])
            {
                done += Progress(Libc.PWrite(use.Number, start, (nuint)(bytes.Length - done), offset + done), "write");
            }
        }
    }

    /// <summary>One read(2).</summary>
    /// <returns>The bytes read, 0 at the end; null where a non-blocking descriptor has nothing yet.</returns>
    /// <exception cref="PosixException">The read failed.</exception>
    public static unsafe int? Read(SafeHandle handle, Span<byte> buffer)
    {
        using var use = new HandleUse(handle);
        int? count;
        fixed (byte* start = buffer)
        {
            while (!IsOver(Libc.Read(use.Number, start, (nuint)buffer.Length), "read", out count))
            {
            }
        }

        return count;
    }

    /// <summary>One write(2).</summary>
    /// <returns>The bytes written; null where a non-blocking descriptor takes none now.</returns>
    /// <exception cref="PosixException">The write failed; EPIPE where nobody reads.</exception>
    public static unsafe int? Write(SafeHandle handle, ReadOnlySpan<byte> bytes)
    {
        using var use = new HandleUse(handle);
        int? count;
        fixed (byte* start = bytes)
        {
            while (!IsOver(Libc.Write(use.Number, start, (nuint)bytes.Length), "write", out count))
            {
            }
        }

        return count;
    }

    /// <summary>Writes all bytes to a blocking descriptor.</summary>
    /// <exception cref="PosixException">The write failed; EAGAIN where the descriptor turns out to be non-blocking and full.</exception>
    public static void WriteAll(SafeHandle handle, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = Write(handle, bytes) ?? throw new PosixException(Errno.EAGAIN, "write");
            bytes = bytes[count..];
        }
    }

    /// <summary>Sets the length of a file.</summary>
    /// <exception cref="PosixException">The file system refuses, such as EFBIG.</exception>
    public static void Truncate(SafeHandle handle, long length)
    {
        using var use = new HandleUse(handle);
        Checked(Libc.FTruncate(use.Number, length), "ftruncate");
    }

    /// <summary>fsync(2).</summary>
    /// <exception cref="PosixException">Data did not reach the disk.</exception>
    public static void Synchronize(SafeHandle handle)
    {
        using var use = new HandleUse(handle);
        Checked(Libc.FSync(use.Number), "fsync");
    }

    /// <summary>Size in bytes of what a descriptor holds, block devices included (lseek to the end).</summary>
    /// <exception cref="PosixException">The descriptor has no size (ESPIPE).</exception>
    public static long SizeOf(SafeHandle handle)
    {
        using var use = new HandleUse(handle);
        var size = Libc.LSeek(use.Number, 0, 2 /* SEEK_END */);
        return size >= 0 ? size : throw new PosixException(Marshal.GetLastPInvokeError(), "lseek");
    }

    /// <summary>Whether a call that moves bytes is over; false where a signal came between, and it has to be made again.</summary>
    /// <param name="result">What it returned: a count, or less than 0.</param>
    /// <param name="moved">The count; null where a non-blocking descriptor would have to wait.</param>
    /// <exception cref="PosixException">It failed.</exception>
    private static bool IsOver(nint result, string call, out int? moved)
    {
        moved = result >= 0 ? (int)result : null;
        return result >= 0 || Marshal.GetLastPInvokeError() switch
        {
            Errno.EINTR => false,
            Errno.EAGAIN => true,
            var errno => throw new PosixException(errno, call),
        };
    }

    /// <summary>Where the next data begin at or behind an offset (lseek, SEEK_DATA); null where only a hole follows up to the end.</summary>
    /// <exception cref="PosixException">The descriptor has no offsets (ESPIPE), or its file system does not know (EINVAL).</exception>
    public static long? NextData(SafeHandle handle, long offset) => Seek(handle, offset, 3 /* SEEK_DATA */);

    /// <summary>Where the next hole begins at or behind an offset (lseek, SEEK_HOLE); the end of the file counts as one. Null behind the end.</summary>
    /// <exception cref="PosixException">The descriptor has no offsets (ESPIPE), or its file system does not know (EINVAL).</exception>
    public static long? NextHole(SafeHandle handle, long offset) => Seek(handle, offset, 4 /* SEEK_HOLE */);

    private static long? Seek(SafeHandle handle, long offset, int whence)
    {
        using var use = new HandleUse(handle);
        var found = Libc.LSeek(use.Number, offset, whence);
        if (found >= 0)
        {
            return found;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno == Errno.ENXIO ? null : throw new PosixException(errno, "lseek");
    }

    private static int Progress(nint count, string what)
    {
        if (count >= 0)
        {
            return (int)count;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno == Errno.EINTR ? 0 : throw new PosixException(errno, what);
    }
}
