using VirtTools.Connection;
using VirtTools.Declarations;

namespace VirtTools.BlockAccess;

/// <summary>Where a download goes. A regular file that we made keeps holes; anything else gets the zeros written.</summary>
internal sealed partial class SparseTarget(string action, TransferFile file)
{
    private const int BlockOfZeros = 1024 * 1024;

    private readonly FileStream? _sparse = file.OwnRegularFile;
    private byte[]? _zeros;
    private bool _endsWithHole;

    /// <summary>Writes the next bytes.</summary>
    /// <exception cref="GuestfsException">They cannot be written.</exception>
    [SyncTwin]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        _endsWithHole = false;
        try
        {
            await file.Stream.WriteAllAsync(content, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Failure(e);
        }
    }

    /// <summary>Lets zeros follow.</summary>
    /// <param name="length">How many.</param>
    /// <param name="beforeEach">Called between pieces of them.</param>
    /// <exception cref="GuestfsException">They cannot be written.</exception>
    [SyncTwin]
    public async ValueTask WriteZerosAsync(long length, Action beforeEach, CancellationToken cancellationToken)
    {
        if (_sparse is not null)
        {
            _sparse.Seek(length, SeekOrigin.Current);
            _endsWithHole = true;
            return;
        }

        _zeros ??= new byte[BlockOfZeros];
        while (length > 0)
        {
            beforeEach();
            var count = (int)Math.Min(length, _zeros.Length);
            await WriteAsync(_zeros.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            length -= count;
        }
    }

    /// <summary>Everything has been written: a hole at the end becomes part of the file.</summary>
    /// <exception cref="GuestfsException">The file cannot be as long as that.</exception>
    public void Complete()
    {
        if (!_endsWithHole)
        {
            return;
        }

        try
        {
            _sparse!.SetLength(_sparse.Position);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Failure(e);
        }
    }

    private static bool IsFailure(Exception e) => e is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException;

    private GuestfsException Failure(Exception e) => new(action, "EIO", $"{action}: {file.Name}: cannot be written: {e.Message}", e);
}
