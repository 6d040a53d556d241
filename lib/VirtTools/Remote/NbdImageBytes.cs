using VirtTools.BlockAccess;
using VirtTools.Images;
using VirtTools.Posix;

namespace VirtTools.Remote;

/// <summary>The bytes of an image behind an NBD export, for the parsers of headers.</summary>
internal sealed class NbdImageBytes(NbdConnection nbd) : IImageBytes
{
    // What QEMU promises to take in one request.
    private const int LargestRequest = 512 * 1024;

    public long Length => nbd.Size;

    public int ReadAt(Span<byte> buffer, long offset)
    {
        var total = (int)Math.Clamp(nbd.Size - offset, 0, buffer.Length);
        for (var done = 0; done < total;)
        {
            var part = new byte[Math.Min(total - done, LargestRequest)];
            var request = NbdRequest.Read(offset + done, part);
            nbd.Send(request);
            while (!request.IsComplete)
            {
                nbd.Receive();
            }

            if (request.Error != 0)
            {
                throw new PosixException((int)request.Error, "read");
            }

            part.CopyTo(buffer[done..]);
            done += part.Length;
        }

        return total;
    }
}
