using VirtTools.Connection;
using VirtTools.Declarations;
using VirtTools.Posix;

namespace VirtTools.BlockAccess;

/// <summary>Where an upload comes from, as stretches of data and of zeros. Holes of a regular file that we opened are not read.</summary>
internal sealed partial class SparseSource(string action, TransferFile file)
{
    private FileStream? _sparse = file.OwnRegularFile;
    private long _dataEnd;

    /// <summary>How many bytes there are; 0 where nobody knows.</summary>
    public long Size => file.Size;

    /// <summary>The next stretch: zeros of any length, or data, which are then in the buffer; of length 0 at the end.</summary>
    /// <exception cref="GuestfsException">The source cannot be read.</exception>
    [SyncTwin]
    public async ValueTask<NbdExtent> NextAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            if (_sparse is { } sparse && sparse.Position >= _dataEnd && SkipHole(sparse) is > 0 and var hole)
            {
                return new(hole, IsZero: true);
            }

            if (_sparse is not null)
            {
                buffer = buffer[..(int)Math.Min(buffer.Length, _dataEnd - _sparse.Position)];
            }

            var count = 0;
            while (count < buffer.Length)
            {
                var more = await file.Stream.ReadSomeAsync(buffer[count..], cancellationToken).ConfigureAwait(false);
                if (more == 0)
                {
                    break;
                }

                count += more;
            }

            return new(count, IsZero: count > 0 && !buffer.Span[..count].ContainsAnyExcept((byte)0));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException or PosixException)
        {
            throw new GuestfsException(action, "EIO", $"{action}: {file.Name}: cannot be read: {e.Message}", e);
        }
    }

    // How long the hole is that begins here; behind it lie data up to _dataEnd.
    private long SkipHole(FileStream sparse)
    {
        var position = sparse.Position;
        try
        {
            var data = Descriptors.NextData(sparse.SafeFileHandle, position) ?? Math.Max(position, Descriptors.SizeOf(sparse.SafeFileHandle));
            _dataEnd = Descriptors.NextHole(sparse.SafeFileHandle, data) ?? data;
            sparse.Seek(data, SeekOrigin.Begin);
            return data - position;
        }
        catch (PosixException e) when (e.Errno == Errno.EINVAL)
        {
            // A file system that knows nothing of holes.
            _sparse = null;
            return 0;
        }
    }
}
