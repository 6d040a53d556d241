using System.Buffers.Binary;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>
/// A registry hive: a header of 4096 bytes, behind it cells that refer to each other by their offsets. The file is hostile: every size is held against
/// the file's end, nothing is followed for ever, and a cell that makes no sense costs what it would have held. All work on one hive together is bounded
/// by the number of bytes that are read.
/// </summary>
internal sealed class RegistryHive
{
    // Offsets in the header.
    private const int FirstSequence = 4;
    private const int SecondSequence = 8;
    private const int MajorVersion = 20;
    private const int RootCell = 36;
    private const int HeaderSize = 4096;

    private const int CellHead = sizeof(int);

    /// <summary>Bytes read of one hive: some hundred applications with all their values are about 50,000 cells of a hundred bytes.</summary>
    private const long MostBytes = 128 * 1024 * 1024;

    /// <summary>As much of that goes for each cell, however small.</summary>
    private const int CostOfCell = 256;

    private readonly HivePages _pages;
    private long _bytesLeft = MostBytes;

    private RegistryHive(HivePages pages, uint root)
    {
        _pages = pages;
        Root = RegistryKey.Read(this, root);
    }

    /// <summary>The key above all others; null where it cannot be read.</summary>
    public RegistryKey? Root { get; }

    /// <summary>Opens a hive. Where it was not written completely, what its logs hold is put over it.</summary>
    /// <param name="read">Reads the hive's file.</param>
    /// <param name="length">Length of the file.</param>
    /// <param name="logs">Its logs, as far as they are there.</param>
    /// <returns>Null where the file is no hive.</returns>
    public static RegistryHive? Open(HiveRead read, long length, params ReadOnlySpan<HiveLog> logs)
    {
        var pages = new HivePages(read, length);
        var header = new byte[HeaderSize];
        if (!pages.TryRead(0, header) || !header.AsSpan().StartsWith("regf"u8) || Number(header, MajorVersion) != 1)
        {
            return null;
        }

        if (Number(header, FirstSequence) != Number(header, SecondSequence))
        {
            HiveLog.Apply(logs, Number(header, SecondSequence), pages, HeaderSize);
        }

        return new(pages, Number(header, RootCell));
    }

    /// <summary>The key at the end of a path of names, from the root on; null where there is none.</summary>
    public RegistryKey? Find(params ReadOnlySpan<string> path)
    {
        var key = Root;
        foreach (var name in path)
        {
            key = key?.Subkey(name);
        }

        return key;
    }

    /// <summary>The content of a cell in use.</summary>
    /// <param name="offset">As other cells give it.</param>
    /// <param name="most">At most so many bytes of it.</param>
    /// <returns>Null where there is no such cell, or enough has been read.</returns>
    internal byte[]? ReadCell(uint offset, int most)
    {
        var start = HeaderSize + (long)offset;
        _bytesLeft -= CostOfCell;
        if (_bytesLeft < 0 || _pages.TryReadInt32(start) is not { } size || size >= -CellHead)
        {
            return null;
        }

        // Cells in use have their size negated.
        var left = Math.Min(-(long)size, _pages.Length - start) - CellHead;
        var content = new byte[Math.Min(left, most)];
        _bytesLeft -= content.Length;
        return _pages.TryRead(start + CellHead, content) ? content : null;
    }

    private static uint Number(ReadOnlySpan<byte> header, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(header[offset..]);
}
