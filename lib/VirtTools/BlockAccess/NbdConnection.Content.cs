namespace VirtTools.BlockAccess;

/// <summary>Reading and writing single places, for whom one request after the other is quick enough.</summary>
internal sealed partial class NbdConnection
{
    // Larger ones QEMU would refuse (NBD_MAX_BUFFER_SIZE is 32 MiB).
    private const int LargestRequest = 8 * 1024 * 1024;

    /// <summary>
    /// How many zeros one request makes. Where they cannot be made without writing them, QEMU works on it for a while, and nobody can stop it.
    /// </summary>
    public const int MostZeros = 64 * 1024 * 1024;

    /// <summary>Receives replies until another request may be sent.</summary>
    /// <exception cref="NbdClosedException">QEMU is gone.</exception>
    public async ValueTask WhenRoomAsync()
    {
        while (!HasRoom)
        {
            await ReceiveAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Reads bytes.</summary>
    /// <exception cref="DriveFailedException">They cannot be read.</exception>
    /// <exception cref="NbdClosedException">QEMU is gone.</exception>
    public async ValueTask ReadAsync(long offset, Memory<byte> target)
    {
        for (; !target.IsEmpty; offset += LargestRequest)
        {
            var part = target[..Math.Min(target.Length, LargestRequest)];
            await CarryOutAsync(NbdRequest.Read(offset, part)).ConfigureAwait(false);
            target = target[part.Length..];
        }
    }

    /// <summary>Writes bytes.</summary>
    /// <exception cref="DriveFailedException">They cannot be written.</exception>
    /// <exception cref="NbdClosedException">QEMU is gone.</exception>
    public async ValueTask WriteAsync(long offset, Memory<byte> content)
    {
        for (; !content.IsEmpty; offset += LargestRequest)
        {
            var part = content[..Math.Min(content.Length, LargestRequest)];
            await CarryOutAsync(NbdRequest.Write(offset, part)).ConfigureAwait(false);
            content = content[part.Length..];
        }
    }

    /// <summary>Makes a stretch read as zeros.</summary>
    /// <exception cref="DriveFailedException">It cannot be written.</exception>
    /// <exception cref="NbdClosedException">QEMU is gone.</exception>
    public async ValueTask WriteZeroesAsync(long offset, long length)
    {
        while (length > 0)
        {
            var part = (int)Math.Min(length, MostZeros);
            await CarryOutAsync(NbdRequest.WriteZeroes(offset, part)).ConfigureAwait(false);
            (offset, length) = (offset + part, length - part);
        }
    }

    /// <summary>Makes a stretch read as zeros, and writes nothing where it does already.</summary>
    /// <exception cref="DriveFailedException">It cannot be written.</exception>
    /// <exception cref="NbdClosedException">QEMU is gone.</exception>
    public async ValueTask ClearAsync(long offset, long length)
    {
        var map = new AllocationMap(this);
        while (length > 0)
        {
            var extent = await map.AtAsync(offset, length).ConfigureAwait(false);
            if (!extent.IsZero)
            {
                await WriteZeroesAsync(offset, extent.Length).ConfigureAwait(false);
            }

            (offset, length) = (offset + extent.Length, length - extent.Length);
        }
    }

    /// <summary>Brings everything that was written to the image.</summary>
    /// <exception cref="DriveFailedException">It cannot be written.</exception>
    /// <exception cref="NbdClosedException">QEMU is gone.</exception>
    public ValueTask FlushAsync() => CarryOutAsync(NbdRequest.Flush());

    /// <summary>Sends a request and waits for its end.</summary>
    /// <exception cref="DriveFailedException">The drive fails.</exception>
    /// <exception cref="NbdClosedException">QEMU is gone.</exception>
    public async ValueTask CarryOutAsync(NbdRequest request)
    {
        await WhenRoomAsync().ConfigureAwait(false);
        await SendAsync(request, CancellationToken.None).ConfigureAwait(false);
        while (!request.IsComplete)
        {
            await ReceiveAsync(CancellationToken.None).ConfigureAwait(false);
        }

        DriveFailedException.ThrowIfFailed(request);
    }
}
