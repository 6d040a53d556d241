using System.Buffers.Binary;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>
/// A transaction log beside a hive (<c>.LOG1</c>, <c>.LOG2</c>), as Windows 8.1 and later write it: entries, each with the pages that one flush made dirty.
/// Windows leaves changes there for up to an hour before it writes them into the hive. Older logs are not read.
/// </summary>
/// <param name="read">Reads the log's file.</param>
/// <param name="length">Length of the file.</param>
internal sealed class HiveLog(HiveRead read, long length)
{
    private const int EntriesStart = 512;
    private const int EntryAlignment = 512;

    // Offsets in an entry.
    private const int EntrySize = 4;
    private const int SequenceNumber = 12;
    private const int PageCount = 20;
    private const int HashOfContent = 24;
    private const int HashOfHead = 32;
    private const int EntryHead = 40;

    private const int ReferenceSize = 8;

    /// <summary>Windows lets its logs grow to some MiB.</summary>
    private const int LargestEntry = 8 * 1024 * 1024;

    private const int MostEntries = 10_000;
    private const long MostBytes = 16 * 1024 * 1024;

    /// <summary>Farther behind the end of the hive no page is put.</summary>
    private const long LargestHive = 4L * 1024 * 1024 * 1024;

    /// <summary>Puts what the logs hold over a hive that was not written completely.</summary>
    /// <param name="logs">The logs, in any order.</param>
    /// <param name="first">Sequence number of the first entry that counts: older ones are in the hive already.</param>
    /// <param name="hive">The hive.</param>
    /// <param name="binsStart">Where in the hive the offsets of pages count from.</param>
    public static void Apply(ReadOnlySpan<HiveLog> logs, uint first, HivePages hive, int binsStart)
    {
        var entries = new List<Entry>();
        foreach (var log in logs)
        {
            entries.AddRange(log.Entries().Where(entry => entry.Number >= first));
        }

        // Windows changes from one log to the other, so together they hold one row without gaps. What lies behind a gap was never completed.
        entries.Sort((one, other) => one.Number.CompareTo(other.Number));
        for (var i = 0; i < entries.Count && entries[i].Number == entries[0].Number + i; i++)
        {
            entries[i].Apply(hive, binsStart);
        }
    }

    // Entries follow each other with rising numbers until one that is not whole: what lies behind is left over from before.
    private List<Entry> Entries()
    {
        var entries = new List<Entry>();
        long place = EntriesStart;
        while (entries.Count < MostEntries && place <= MostBytes && ReadEntry(place) is { } entry
            && (entries.Count == 0 || entry.Number == entries[^1].Number + 1))
        {
            entries.Add(entry);
            place += entry.Bytes.Length;
        }

        return entries;
    }

    private Entry? ReadEntry(long place)
    {
        var head = new byte[EntryHead];
        if (read(head, place) != head.Length || !head.AsSpan().StartsWith("HvLE"u8))
        {
            return null;
        }

        var size = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(EntrySize));
        if (size is < EntryHead or > LargestEntry || size % EntryAlignment != 0 || size > length - place)
        {
            return null;
        }

        var bytes = new byte[size];
        return read(bytes, place) == bytes.Length && IsWhole(bytes)
            ? new(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(SequenceNumber)), bytes)
            : null;
    }

    private static bool IsWhole(ReadOnlySpan<byte> entry) =>
        Marvin32.Hash(entry[EntryHead..]) == BinaryPrimitives.ReadUInt64LittleEndian(entry[HashOfContent..])
        && Marvin32.Hash(entry[..HashOfHead]) == BinaryPrimitives.ReadUInt64LittleEndian(entry[HashOfHead..]);

    private sealed record Entry(uint Number, byte[] Bytes)
    {
        // References to pages, each an offset and a length, then the pages themselves one behind the other.
        public void Apply(HivePages hive, int binsStart)
        {
            var count = BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(PageCount));
            if (count > (Bytes.Length - EntryHead) / ReferenceSize)
            {
                return;
            }

            var content = Bytes.AsSpan(EntryHead + (int)count * ReferenceSize);
            for (var i = 0; i < count; i++)
            {
                var reference = Bytes.AsSpan(EntryHead + i * ReferenceSize);
                var offset = binsStart + (long)BinaryPrimitives.ReadUInt32LittleEndian(reference);
                var size = BinaryPrimitives.ReadUInt32LittleEndian(reference[sizeof(uint)..]);
                if (size > content.Length || offset + size > LargestHive)
                {
                    return;
                }

                hive.Replace(offset, content[..(int)size]);
                content = content[(int)size..];
            }
        }
    }
}
