using System.Buffers.Binary;
using VirtTools.Daemon.Inspection.Windows;

namespace VirtTools.Tests.Daemon.Windows;

/// <summary>Writes transaction logs of hives as Windows 8.1 and later do.</summary>
internal static class HiveLogWriter
{
    private const int PageSize = 4096;

    /// <summary>A log with these entries behind its header.</summary>
    public static byte[] Log(params byte[][] entries)
    {
        var header = new byte[512];
        "regf"u8.CopyTo(header);
        return [.. header, .. entries.SelectMany(entry => entry)];
    }

    /// <summary>An entry with all pages in which the new hive differs from the old one.</summary>
    public static byte[] Entry(uint number, byte[] before, byte[] after)
    {
        var pages = Enumerable.Range(1, after.Length / PageSize - 1)
            .Where(page => page * PageSize >= before.Length || !after.AsSpan(page * PageSize, PageSize).SequenceEqual(before.AsSpan(page * PageSize, PageSize)))
            .ToArray();
        var size = (40 + pages.Length * (8 + PageSize) + 511) / 512 * 512;
        var entry = new byte[size];
        "HvLE"u8.CopyTo(entry);
        Put(entry, 4, (uint)size);
        Put(entry, 12, number);
        Put(entry, 16, (uint)(after.Length - PageSize));
        Put(entry, 20, (uint)pages.Length);
        var content = 40 + pages.Length * 8;
        for (var i = 0; i < pages.Length; i++)
        {
            Put(entry, 40 + i * 8, (uint)((pages[i] - 1) * PageSize));
            Put(entry, 44 + i * 8, PageSize);
            after.AsSpan(pages[i] * PageSize, PageSize).CopyTo(entry.AsSpan(content + i * PageSize));
        }

        return Sealed(entry);
    }

    /// <summary>Makes the hashes right.</summary>
    public static byte[] Sealed(byte[] entry)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(24), Marvin32.Hash(entry.AsSpan(40)));
        BinaryPrimitives.WriteUInt64LittleEndian(entry.AsSpan(32), Marvin32.Hash(entry.AsSpan(0, 32)));
        return entry;
    }

    private static void Put(byte[] bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
}
