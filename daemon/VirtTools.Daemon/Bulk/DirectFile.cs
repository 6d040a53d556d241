using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Daemon.Bulk;

/// <summary>
/// A file that is read or written past the page cache as far as its file system and the alignment allow, and through it for the rest. Both views of a file
/// agree: the kernel writes back or forgets what it has cached of a range before that range is accessed directly.
/// </summary>
internal ref struct DirectFile(SafeFileHandle file)
{
    // Below these a request past the cache takes the guest longer than the copy that it saves. Measured: docs/protocol.md.
    private const int LeastRead = 4 * 1024;
    private const int LeastWrite = 64 * 1024;

    private bool _isPossible = true;
    private bool _isDirect;

    /// <summary>Reads at an offset until the memory is full or the file ends. The memory may be written beyond the end of the file.</summary>
    /// <exception cref="PosixException">The read failed.</exception>
    public int Read(Span<byte> memory, long offset)
    {
        if (memory.Length < LeastRead || !DirectAccess.IsAligned(memory, offset) || !Switch(direct: true))
        {
            Switch(direct: false);
            return Descriptors.ReadAt(file, memory, offset);
        }

        var done = 0;
        while (done < memory.Length)
        {
            int count;
            try
            {
                count = Descriptors.ReadOnceAt(file, memory[done..], offset + done);
            }
            catch (PosixException e) when (e.Errno == Errno.EINVAL)
            {
                return done + ReadThroughCache(memory[done..], offset + done);
            }

            done += count;

            // Only the end of the file is no multiple of a sector, and from there a direct read would be refused.
            if (count == 0 || count % DirectAccess.Sector != 0)
            {
                break;
            }
        }

        return done;
    }

    /// <summary>Writes all bytes at an offset.</summary>
    /// <exception cref="PosixException">The write failed, such as ENOSPC.</exception>
    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        var whole = bytes.Length & -DirectAccess.Sector;
        if (whole >= LeastWrite && DirectAccess.IsAligned(bytes, offset) && Switch(direct: true))
        {
            try
            {
                Descriptors.WriteAt(file, bytes[..whole], offset);
                bytes = bytes[whole..];
                offset += whole;
            }
            catch (PosixException e) when (e.Errno == Errno.EINVAL)
            {
                _isPossible = false;
            }
        }

        if (!bytes.IsEmpty)
        {
            Switch(direct: false);
            Descriptors.WriteAt(file, bytes, offset);
        }
    }

    private int ReadThroughCache(Span<byte> memory, long offset)
    {
        _isPossible = false;
        Switch(direct: false);
        return Descriptors.ReadAt(file, memory, offset);
    }

    // Whether the file is now as wanted.
    private bool Switch(bool direct)
    {
        if (_isDirect == direct)
        {
            return true;
        }

        if (direct && !_isPossible)
        {
            return false;
        }

        if (!DirectAccess.TrySet(file, direct))
        {
            _isPossible = false;
            return false;
        }

        _isDirect = direct;
        return true;
    }
}
