using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Bulk;

/// <summary>
/// The guest's end of the mailbox: a disk in the library's memory, read and written past the page cache out of one buffer, so that what a file's own disk put
/// into that buffer is moved by the host alone.
/// </summary>
internal sealed unsafe class Mailbox(string path, MailboxLayout layout) : IDisposable
{
    // Large pages make requests of few segments, and few are cheaper to set up under emulation.
    private const int LargePage = 2 * 1024 * 1024;

    private SafeFileHandle? _disk;
    private byte* _buffer;

    public MailboxLayout Layout => layout;

    /// <summary>Memory for the content of one slot, page-aligned; what it holds is what was put there last.</summary>
    public Span<byte> Buffer
    {
        get
        {
            if (_buffer is null)
            {
                _buffer = (byte*)NativeMemory.AlignedAlloc((nuint)layout.SlotSize, LargePage);
                Native.Kernel.PreferLargePages((nint)_buffer, (nuint)layout.SlotSize);
            }

            return new(_buffer, layout.SlotSize);
        }
    }

    private SafeFileHandle Disk => _disk ??= DirectAccess.OpenDisk(path);

    /// <summary>Puts the start of the buffer into a slot.</summary>
    /// <exception cref="PosixException">The disk failed.</exception>
    public void WriteSlot(int slot, int length) => Descriptors.WriteAt(Disk, Buffer[..DirectAccess.Aligned(length)], layout.OffsetOf(slot));

    /// <summary>Takes the start of a slot into the buffer.</summary>
    /// <exception cref="PosixException">The disk failed.</exception>
    public ReadOnlySpan<byte> ReadSlot(SlotChunk chunk)
    {
        var wanted = Buffer[..DirectAccess.Aligned(chunk.Length)];
        var count = Descriptors.ReadAt(Disk, wanted, layout.OffsetOf(chunk.Slot));
        return count >= chunk.Length ? wanted[..chunk.Length] : throw new PosixException(Errno.EIO, "the mailbox is shorter than it should be");
    }

    public void Dispose()
    {
        _disk?.Dispose();
        NativeMemory.AlignedFree(_buffer);
        _buffer = null;
    }
}
