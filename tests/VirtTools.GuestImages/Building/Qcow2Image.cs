using System.Buffers.Binary;
using System.Text;

namespace VirtTools.Fixtures.Building;

/// <summary>
/// An empty qcow2 image whose header says whatever a test wants about a backing file; qemu-img refuses to write most of
/// these. Layout as in QEMU's docs/interop/qcow2.txt: header, refcount table, one refcount block, L1 table, a cluster each.
/// </summary>
/// <param name="Size">What the guest sees, in bytes; at most 512 MiB, one entry of the L1 table.</param>
/// <param name="Backing">The backing file's name as written into the header, or null for none.</param>
/// <param name="BackingFormat">Its format, or null for an image without that header extension.</param>
public sealed record Qcow2Image(long Size, string? Backing = null, string? BackingFormat = null)
{
    private const int ClusterBits = 16;
    private const int Cluster = 1 << ClusterBits;
    private const int HeaderLength = 104;
    private const int BackingFormatExtension = unchecked((int)0xe2792aca);

    /// <summary>Writes the image.</summary>
    public void Make(string path)
    {
        var image = new byte[4 * Cluster];
        Header(image);
        BinaryPrimitives.WriteInt64BigEndian(image.AsSpan(Cluster), 2 * Cluster);
        for (var cluster = 0; cluster < 4; cluster++)
            BinaryPrimitives.WriteInt16BigEndian(image.AsSpan(2 * Cluster + 2 * cluster), 1);
        File.WriteAllBytes(path, image);
    }

    /// <summary>The first cluster: what a guest would write to the start of its raw disk.</summary>
    public byte[] FirstCluster()
    {
        var image = new byte[Cluster];
        Header(image);
        return image;
    }

    private void Header(Span<byte> image)
    {
        "QFI\u00fb"u8[..3].CopyTo(image);
        image[3] = 0xfb;
        BinaryPrimitives.WriteInt32BigEndian(image[4..], 3);
        BinaryPrimitives.WriteInt32BigEndian(image[20..], ClusterBits);
        BinaryPrimitives.WriteInt64BigEndian(image[24..], Size);
        BinaryPrimitives.WriteInt32BigEndian(image[36..], 1);
        BinaryPrimitives.WriteInt64BigEndian(image[40..], 3 * Cluster);
        BinaryPrimitives.WriteInt64BigEndian(image[48..], Cluster);
        BinaryPrimitives.WriteInt32BigEndian(image[56..], 1);
        BinaryPrimitives.WriteInt32BigEndian(image[96..], 4);
        BinaryPrimitives.WriteInt32BigEndian(image[100..], HeaderLength);

        var end = HeaderLength;
        if (BackingFormat is not null)
        {
            var format = Encoding.UTF8.GetBytes(BackingFormat);
            BinaryPrimitives.WriteInt32BigEndian(image[end..], BackingFormatExtension);
            BinaryPrimitives.WriteInt32BigEndian(image[(end + 4)..], format.Length);
            format.CopyTo(image[(end + 8)..]);
            end += 8 + (format.Length + 7) / 8 * 8;
        }

        if (Backing is null)
            return;
        end += 8; // The end of the extensions: type 0, length 0.
        var name = Encoding.UTF8.GetBytes(Backing);
        name.CopyTo(image[end..]);
        BinaryPrimitives.WriteInt64BigEndian(image[8..], end);
        BinaryPrimitives.WriteInt32BigEndian(image[16..], name.Length);
    }
}
