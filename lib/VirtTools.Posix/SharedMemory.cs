using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix.Native;

namespace VirtTools.Posix;

/// <summary>
/// An unnamed file in memory of a size that nobody can change, mapped into this process; its descriptor can be handed to another one. What another process may
/// write there can change under a reader at any moment. It takes memory only where something was written.
/// </summary>
internal sealed unsafe class SharedMemory : MemoryManager<byte>
{
    private const int ReadWrite = 3; // PROT_READ | PROT_WRITE
    private const int Shared = 1; // MAP_SHARED
    private const int AllowSealing = 2; // MFD_ALLOW_SEALING
    private const int AddSeals = 1033; // F_ADD_SEALS

    // F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW: without them whoever has the descriptor could make this process die of SIGBUS.
    private const int SizeSeals = 1 | 2 | 4;

    private readonly int _length;
    private byte* _start;

    /// <param name="name">For /proc.</param>
    /// <param name="length">In bytes.</param>
    /// <exception cref="PosixException">No descriptor or no address space left.</exception>
    public SharedMemory(string name, int length)
    {
        _length = length;
        File = Descriptors.CreateMemoryFile(name, AllowSealing);
        try
        {
            Descriptors.Truncate(File, length);
            using var use = new HandleUse(File);
            Descriptors.Checked(Libc.Fcntl(use.Number, AddSeals, SizeSeals), "F_ADD_SEALS");
            var start = Libc.MMap(0, (nuint)length, ReadWrite, Shared, use.Number, 0);
            _start = start == -1 ? throw new PosixException(Marshal.GetLastPInvokeError(), "mmap") : (byte*)start;
        }
        catch
        {
            File.Dispose();
            throw;
        }
    }

    /// <summary>The file.</summary>
    public SafeFileHandle File { get; }

    public override Span<byte> GetSpan() => _start is null ? throw new ObjectDisposedException(nameof(SharedMemory)) : new(_start, _length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)_length);
        return _start is null ? throw new ObjectDisposedException(nameof(SharedMemory)) : new(_start + elementIndex);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (_start is not null)
        {
            _ = Libc.MUnmap((nint)_start, (nuint)_length);
            _start = null;
            File.Dispose();
        }
    }
}
