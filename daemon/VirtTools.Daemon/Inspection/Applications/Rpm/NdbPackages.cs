using System.Buffers.Binary;

namespace VirtTools.Daemon.Inspection.Applications.Rpm;

/// <summary>
/// RPM's own database format, of openSUSE: pages of slots, each of which says where a package lies. Little-endian; numbers are those of
/// lib/backend/ndb/rpmpkg.c.
/// </summary>
internal static class NdbPackages
{
    private const uint FileMagic = 0x506D_7052; // RpmP
    private const uint SlotMagic = 0x746F_6C53; // Slot
    private const uint BlobMagic = 0x5362_6C42; // BlbS
    private const int SlotPagesOffset = 12;
    private const int PageSize = 4096;
    private const int SlotSize = 16;
    private const int BlockSize = 16;
    private const int BlobHeadSize = 16;
    private const int HeaderSlots = 2;
    private const uint MostSlotPages = 4096;
    private const uint LargestBlob = 64 * 1024 * 1024;

    /// <summary>The headers in the order of the slots.</summary>
    public static IEnumerable<byte[]> Headers(GuestFile file)
    {
        var page = new byte[PageSize];
        if (!file.TryRead(0, page) || BinaryPrimitives.ReadUInt32LittleEndian(page) != FileMagic)
        {
            yield break;
        }

        var pages = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(SlotPagesOffset)), MostSlotPages);
        for (var number = 0u; number < pages && file.TryRead((long)number * PageSize, page); number++)
        {
            for (var offset = number == 0 ? HeaderSlots * SlotSize : 0; offset < PageSize; offset += SlotSize)
            {
                if (Blob(file, page.AsSpan(offset, SlotSize)) is { } blob)
                {
                    yield return blob;
                }
            }
        }
    }

    // A slot: magic, number of the package (0: free), first block, blocks. A blob: magic, number, generation, length, then the header.
    private static byte[]? Blob(GuestFile file, ReadOnlySpan<byte> slot)
    {
        var package = BinaryPrimitives.ReadUInt32LittleEndian(slot[4..]);
        var start = (long)BinaryPrimitives.ReadUInt32LittleEndian(slot[8..]) * BlockSize;
        Span<byte> head = stackalloc byte[BlobHeadSize];
        return BinaryPrimitives.ReadUInt32LittleEndian(slot) == SlotMagic && package != 0 && start != 0 && file.TryRead(start, head)
            && BinaryPrimitives.ReadUInt32LittleEndian(head) == BlobMagic
            && BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) == package
            && BinaryPrimitives.ReadUInt32LittleEndian(head[12..]) is <= LargestBlob and var length
                ? file.TryRead(start + BlobHeadSize, length)
                : null;
    }
}
