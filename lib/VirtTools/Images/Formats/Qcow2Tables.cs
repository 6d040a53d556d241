using System.Buffers.Binary;

namespace VirtTools.Images.Formats;

/// <summary>
/// Where the tables of a qcow2 image lie, and whether the file still holds what they point to. QEMU reads zeros where a file ends too
/// early, so a download that broke off would show a guest with holes instead of an error.
/// </summary>
internal sealed record Qcow2Tables
{
    private const ulong OffsetMask = 0x00FF_FFFF_FFFF_FE00; // bits 9 to 55 of L1, L2 and refcount table entries
    private const ulong CompressedFlag = 1UL << 62;
    private const ulong ReadsAsZeros = 1; // such a cluster may keep a place that was never written
    private const int PieceSize = 32 * 1024;
    private const int MaxL1Pieces = 16; // 512 KiB: a disk of 32 TiB at the usual cluster size

    public required int ClusterBits { get; init; }

    public required int L2EntrySize { get; init; }

    public required int RefcountOrder { get; init; }

    public required long L1Offset { get; init; }

    public required long L1Entries { get; init; }

    public required long RefcountTableOffset { get; init; }

    public required long RefcountTableClusters { get; init; }

    public long ClusterSize => 1L << ClusterBits;

    public long EntriesPerL2 => ClusterSize / L2EntrySize;

    /// <exception cref="ImageException">EINVAL: a table, or a cluster that the disk uses, lies beyond the end of the file.</exception>
    public static void RequireInsideFile(HeaderReader reader, Qcow2Tables tables, bool dataIsElsewhere)
    {
        tables.RequirePlaced(reader, tables.L1Offset, tables.L1Entries * 8, "L1 table");
        tables.RequirePlaced(reader, tables.RefcountTableOffset, 8, "refcount table");
        var l2Offsets = tables.ReadL1(reader);
        if (!dataIsElsewhere && tables.CountsClustersBeyondEnd(reader))
        {
            tables.RequireDataInside(reader, l2Offsets);
        }
    }

    private void RequirePlaced(HeaderReader reader, long offset, long length, string what)
    {
        if (offset == 0 && length == 0)
        {
            return;
        }

        if (offset == 0 || (offset & (ClusterSize - 1)) != 0)
        {
            throw reader.Damaged($"its {what} starts at byte {offset}, which is not the start of a cluster");
        }

        if (offset > reader.Length - length)
        {
            throw reader.Truncated(what);
        }
    }

    private List<long> ReadL1(HeaderReader reader)
    {
        var offsets = new List<long>();
        var piece = new byte[PieceSize];
        var bytes = Math.Min(L1Entries * 8, (long)MaxL1Pieces * PieceSize);
        for (var done = 0L; done < bytes; done += PieceSize)
        {
            var length = (int)Math.Min(PieceSize, bytes - done);
            var read = reader.ReadSome(L1Offset + done, piece.AsSpan(0, length));
            for (var at = 0; at + 8 <= read; at += 8)
            {
                if (Offset(piece, at) is > 0 and var offset)
                {
                    offsets.Add(offset);
                }
            }
        }

        // A running guest lets the file grow: an entry is written after what it points to, so the size is asked after the entries.
        var end = reader.Length;
        return offsets.Exists(offset => offset >= end) ? throw reader.Truncated("L2 tables") : offsets;
    }

    /// <summary>
    /// Whether the reference counts go on after the end of the file. That alone proves nothing: a count may be written before the data of
    /// a running guest, and a crash leaves such counts behind.
    /// </summary>
    private bool CountsClustersBeyondEnd(HeaderReader reader)
    {
        var firstBeyond = (reader.Length + ClusterSize - 1) >> ClusterBits;
        var countsPerBlock = (ClusterSize * 8) >> RefcountOrder;
        var tableOffset = firstBeyond / countsPerBlock * 8;
        var tableBytes = RefcountTableClusters << ClusterBits;
        if (tableOffset >= tableBytes)
        {
            return false;
        }

        var table = new byte[Math.Min(PieceSize, tableBytes - tableOffset)];
        var read = reader.ReadSome(RefcountTableOffset + tableOffset, table);
        if (read < 8)
        {
            return false;
        }

        var blockOffset = Offset(table, 0);
        if (blockOffset >= reader.Length || table.AsSpan(8, read - 8).ContainsAnyExcept((byte)0))
        {
            return true;
        }

        if (blockOffset == 0)
        {
            return false;
        }

        var skip = ((firstBeyond % countsPerBlock) << RefcountOrder) / 8;
        var counts = new byte[Math.Min(PieceSize, ClusterSize - skip)];
        var found = reader.ReadSome(blockOffset + skip, counts);

        // Counts narrower than a byte share their first byte with clusters inside the file; losing up to seven clusters there is harmless.
        return counts.AsSpan(0, found)[(RefcountOrder < 3 ? Math.Min(1, found) : 0)..].ContainsAnyExcept((byte)0);
    }

    /// <summary>Looks for a used cluster behind the end of the file, from the end of the disk, as far as the budget goes.</summary>
    private void RequireDataInside(HeaderReader reader, List<long> l2Offsets)
    {
        var piece = new byte[PieceSize];
        for (var table = l2Offsets.Count - 1; table >= 0; table--)
        {
            for (var done = 0L; done < ClusterSize; done += PieceSize)
            {
                var length = (int)Math.Min(PieceSize, ClusterSize - done);
                if (length > reader.Remaining)
                {
                    return;
                }

                var read = reader.ReadSome(l2Offsets[table] + done, piece.AsSpan(0, length));
                if (HighestCluster(piece.AsSpan(0, read)) >= reader.Length)
                {
                    throw reader.Truncated("data");
                }
            }
        }
    }

    private long HighestCluster(ReadOnlySpan<byte> entries)
    {
        var highest = 0L;
        for (; entries.Length >= L2EntrySize; entries = entries[L2EntrySize..])
        {
            var entry = BinaryPrimitives.ReadUInt64BigEndian(entries);
            if ((entry & (CompressedFlag | ReadsAsZeros)) == ReadsAsZeros)
            {
                continue;
            }

            // In a compressed entry the offset is narrower and counts bytes: bits 0 to 61 less the bits of the length.
            var offset = (entry & CompressedFlag) == 0 ? entry & OffsetMask : entry & ((1UL << (62 - (ClusterBits - 8))) - 1);
            highest = Math.Max(highest, (long)offset);
        }

        return highest;
    }

    private static long Offset(byte[] table, int at) => (long)(BinaryPrimitives.ReadUInt64BigEndian(table.AsSpan(at)) & OffsetMask);
}
