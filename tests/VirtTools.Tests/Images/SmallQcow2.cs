using System.Buffers.Binary;
using VirtTools.Posix;

namespace VirtTools.Tests.Images;

/// <summary>qcow2 images made byte by byte, for what qemu-img would not make.</summary>
internal static class SmallQcow2
{
    public const int ClusterBits = 9;
    public const int ClusterSize = 1 << ClusterBits;
    public const int VirtualSize = 8 * 1024;

    /// <summary>An empty image of 8 KiB in clusters of 512 bytes: header, refcount table, refcount block, L1 table.</summary>
    public static byte[] Empty() => Over(null, null);

    /// <summary>The same with a backing file, and its format where there is one.</summary>
    public static byte[] Over(string? backing, string? format)
    {
        var image = new byte[4 * ClusterSize];
        Big32(image, 0, 0x514649FB);
        Big32(image, 4, 3);
        Big32(image, 20, ClusterBits);
        Big64(image, 24, VirtualSize);
        Big32(image, 36, 1);
        Big64(image, 40, 3 * ClusterSize);
        Big64(image, 48, 1 * ClusterSize);
        Big32(image, 56, 1);
        Big32(image, 96, 4);
        Big32(image, 100, 104);
        Big64(image, ClusterSize, 2 * ClusterSize);
        for (var cluster = 0; cluster < 4; cluster++)
        {
            image[(2 * ClusterSize) + (2 * cluster) + 1] = 1;
        }

        var next = 104;
        if (format is not null)
        {
            Big32(image, next, 0xE2792ACA);
            Big32(image, next + 4, (uint)format.Length);
            ByteString.GetBytes(format, image.AsSpan(next + 8));
            next += 8 + ((format.Length + 7) & ~7);
        }

        if (backing is not null)
        {
            next += 8;
            Big64(image, 8, (ulong)next);
            Big32(image, 16, (uint)ByteString.GetBytes(backing, image.AsSpan(next)));
        }

        return image;
    }

    public static byte[] With32(this byte[] image, int offset, uint value)
    {
        Big32(image, offset, value);
        return image;
    }

    public static byte[] With64(this byte[] image, int offset, ulong value)
    {
        Big64(image, offset, value);
        return image;
    }

    private static void Big32(byte[] image, int offset, uint value) => BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(offset), value);

    private static void Big64(byte[] image, int offset, ulong value) => BinaryPrimitives.WriteUInt64BigEndian(image.AsSpan(offset), value);
}
