using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Daemon.Inspection;

/// <summary>
/// A file of the guest that is read here and there. How much may be read of it in all is settled when it is opened, so that a file whose parts
/// point at each other ends sooner or later, whatever the parser thinks of it.
/// </summary>
internal sealed class GuestFile(SafeFileHandle file, long length, long allowance) : IDisposable
{
    private long _allowance = allowance;

    /// <summary>Size in bytes.</summary>
    public long Length { get; } = Math.Max(0, length);

    /// <summary>Fills the buffer from an offset.</summary>
    /// <returns>False where the file ends before, cannot be read, or enough has been read of it.</returns>
    public bool TryRead(long offset, Span<byte> buffer) => ReadSome(offset, buffer) == buffer.Length;

    /// <summary>Reads so many bytes from an offset.</summary>
    /// <returns>Null as <see cref="TryRead"/> is false; memory is taken only for bytes that are there.</returns>
    public byte[]? TryRead(long offset, long count)
    {
        if (offset < 0 || count < 0 || count > Length - Math.Min(offset, Length) || count > _allowance || count > Array.MaxLength)
        {
            return null;
        }

        var bytes = new byte[count];
        return TryRead(offset, bytes) ? bytes : null;
    }

    /// <summary>Reads what there is from an offset on, as far as it is allowed.</summary>
    /// <returns>How many bytes; -1 where the file cannot be read or enough has been read of it.</returns>
    public int ReadSome(long offset, Span<byte> buffer)
    {
        if (offset < 0 || _allowance <= 0)
        {
            return -1;
        }

        buffer = buffer[..(int)Math.Min(buffer.Length, _allowance)];
        _allowance -= buffer.Length;
        try
        {
            return offset >= Length ? 0 : Descriptors.ReadAt(file, buffer, offset);
        }
        catch (PosixException)
        {
            return -1;
        }
    }

    public void Dispose() => file.Dispose();
}
