using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using VirtTools.Images.Formats;
using VirtTools.Posix;

namespace VirtTools.Images;

/// <summary>
/// The throw-away layer that takes the writes to a read-only drive (a journal is replayed, an access time set): an empty qcow2 image of version 3,
/// written here, since starting qemu-img costs more than all of it. It names no backing file; the launcher puts it on the image by node name.
/// </summary>
internal static class Overlay
{
    /// <summary>The largest disk: 2^61 bytes, what QEMU addresses with clusters of 2 MiB (docs/interop/qcow2, "size").</summary>
    public const long MaxVirtualSize = 1L << 61;

    // Measured: see docs/images.md, "Overlays".
    private const int UsualClusterBits = 16;
    private const int MaxL1Bytes = 32 * 1024 * 1024; // QEMU's limit
    private const int RefcountOrder = 4; // 16 bits

    /// <summary>Makes an overlay for a disk.</summary>
    /// <param name="folder">Where it is made, without a name.</param>
    /// <param name="virtualSize">Size of the disk in bytes, a multiple of 512.</param>
    /// <exception cref="ImageException">The temporary folder is missing, full or not writable.</exception>
    public static ImageLayer Create(TemporaryFolder folder, long virtualSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(virtualSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(virtualSize, MaxVirtualSize);
        ArgumentOutOfRangeException.ThrowIfNotEqual(virtualSize % 512, 0);

        var handle = folder.CreateUnnamedFile();
        try
        {
            Write(handle, virtualSize, backing: null);
            return new(handle, "qcow2", ReadOnly: false, RawSize: null);
        }
        catch (PosixException e)
        {
            handle.Dispose();
            throw folder.Explain(e);
        }
    }

    /// <summary>
    /// Makes an empty file an overlay. Cluster 0 is the header, 1 the refcount table, 2 the refcount block, from 3 the L1 table, which is a hole: nothing is mapped.
    /// </summary>
    /// <param name="handle">The file.</param>
    /// <param name="virtualSize">Size of the disk in bytes, a multiple of 512.</param>
    /// <param name="backing">The image below, for an overlay that has a name itself; null where the launcher connects them.</param>
    /// <exception cref="PosixException">The file cannot be written.</exception>
    public static void Write(SafeFileHandle handle, long virtualSize, OverlayBacking? backing)
    {
        var clusterBits = UsualClusterBits;
        while (L1Entries(virtualSize, clusterBits) * 8 > MaxL1Bytes)
        {
            clusterBits++;
        }

        var clusterSize = 1L << clusterBits;
        var l1Entries = L1Entries(virtualSize, clusterBits);
        var l1Clusters = ((l1Entries * 8) + clusterSize - 1) >> clusterBits;

        var (extensions, name) = Describe(backing);
        var header = new byte[Qcow2Header.Version3Length + extensions.Length + name.Length];
        extensions.CopyTo(header, Qcow2Header.Version3Length);
        name.CopyTo(header, Qcow2Header.Version3Length + extensions.Length);
        Big32(header, 0, Qcow2Header.Magic);
        Big32(header, 4, 3);
        Big64(header, 8, name.Length == 0 ? 0 : Qcow2Header.Version3Length + extensions.Length);
        Big32(header, 16, (uint)name.Length);
        Big32(header, 20, (uint)clusterBits);
        Big64(header, 24, virtualSize);
        Big32(header, 36, (uint)l1Entries);
        Big64(header, 40, 3 * clusterSize);
        Big64(header, 48, clusterSize);
        Big32(header, 56, 1);
        Big32(header, 96, RefcountOrder);
        Big32(header, 100, Qcow2Header.Version3Length);
        Descriptors.WriteAt(handle, header, 0);

        var firstRefcountBlock = new byte[8];
        Big64(firstRefcountBlock, 0, 2 * clusterSize);
        Descriptors.WriteAt(handle, firstRefcountBlock, clusterSize);

        // A block counts clusterSize / 2 clusters, at least 32768; an L1 table has at most 512.
        var counts = new byte[(3 + l1Clusters) * 2];
        for (var cluster = 0; cluster < counts.Length / 2; cluster++)
        {
            counts[(cluster * 2) + 1] = 1;
        }

        Descriptors.WriteAt(handle, counts, 2 * clusterSize);
        Descriptors.Truncate(handle, (3 + l1Clusters) * clusterSize);
    }

    // Header extensions: type, length, content up to a multiple of 8 bytes; eight zeros are the last one.
    private static (byte[] Extensions, byte[] Name) Describe(OverlayBacking? backing)
    {
        if (backing is null)
        {
            return (new byte[8], []);
        }

        var format = ByteString.GetBytes(backing.Format);
        var extensions = new byte[8 + ((format.Length + 7) & ~7) + 8];
        Big32(extensions, 0, Qcow2Header.ExtensionBackingFormat);
        Big32(extensions, 4, (uint)format.Length);
        format.CopyTo(extensions, 8);
        return (extensions, ByteString.GetBytes(backing.Name));
    }

    private static long L1Entries(long virtualSize, int clusterBits)
    {
        // One L1 entry maps an L2 table of clusterSize / 8 entries. QEMU wants a table even for an empty disk.
        var bits = (2 * clusterBits) - 3;
        return Math.Max(1, (virtualSize >> bits) + ((virtualSize & ((1L << bits) - 1)) == 0 ? 0 : 1));
    }

    private static void Big32(byte[] header, int offset, uint value) => BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(offset), value);

    private static void Big64(byte[] header, int offset, long value) => BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(offset), value);
}

/// <summary>What an overlay with a name says of the image that it lies over.</summary>
/// <param name="Name">Path of the image, seen from the overlay's folder.</param>
/// <param name="Format">Its format.</param>
internal sealed record OverlayBacking(string Name, string Format);
