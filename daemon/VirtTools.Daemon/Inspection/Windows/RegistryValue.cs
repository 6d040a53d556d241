using System.Buffers.Binary;
using System.Text;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>A value of a key (cell <c>vk</c>). Its data is read when it is asked for.</summary>
internal sealed class RegistryValue
{
    // Offsets in the cell.
    private const int NameLength = 2;
    private const int DataLength = 4;
    private const int DataOffset = 8;
    private const int DataType = 12;
    private const int Flags = 16;
    private const int NameStart = 20;

    private const int NameIsLatin1 = 1;
    private const int LongestName = 1024;
    private const uint DataIsInCell = 0x8000_0000;

    /// <summary>Data that is longer lies in several cells, listed in a cell <c>db</c>.</summary>
    private const int LongestPiece = 16344;

    /// <summary>Nothing that inspection asks for is longer.</summary>
    private const int LongestData = 64 * 1024;

    // Types of data, winnt.h.
    private const uint TypeString = 1;
    private const uint TypeExpandedString = 2;
    private const uint TypeNumber = 4;
    private const uint TypeBigEndianNumber = 5;
    private const uint TypeSeveralStrings = 7;

    private readonly RegistryHive _hive;
    private readonly byte[] _cell;
    private readonly uint _type;

    private RegistryValue(RegistryHive hive, byte[] cell)
    {
        _hive = hive;
        _cell = cell;
        _type = Number(DataType);
        Name = RegistryKey.NameIn(
            cell.AsSpan(NameStart), BinaryPrimitives.ReadUInt16LittleEndian(cell.AsSpan(NameLength)), (cell[Flags] & NameIsLatin1) != 0);
    }

    /// <summary>Its name; empty for the value that stands for the key itself.</summary>
    public string Name { get; }

    /// <summary>The data as text up to the first zero; null where it is of another type or cannot be read.</summary>
    public string? Text
    {
        get
        {
            if (_type is not (TypeString or TypeExpandedString or TypeSeveralStrings) || Data() is not { } data)
            {
                return null;
            }

            var text = Encoding.Unicode.GetString(data.AsSpan(0, data.Length & ~1));
            var end = text.IndexOf('\0');
            return end < 0 ? text : text[..end];
        }
    }

    /// <summary>The data as a number of four bytes; null where it is of another type or cannot be read.</summary>
    public uint? Dword => Data() is { Length: >= sizeof(uint) } data
        ? _type switch
        {
            TypeNumber => BinaryPrimitives.ReadUInt32LittleEndian(data),
            TypeBigEndianNumber => BinaryPrimitives.ReadUInt32BigEndian(data),
            _ => null,
        }
        : null;

    /// <summary>The value in a cell; null where that holds none.</summary>
    public static RegistryValue? Read(RegistryHive hive, uint offset) =>
        hive.ReadCell(offset, NameStart + LongestName) is { } cell && cell.Length >= NameStart && cell.AsSpan().StartsWith("vk"u8)
            ? new(hive, cell)
            : null;

    /// <summary>The data; null where it cannot be read or is longer than anything that is asked for here.</summary>
    public byte[]? Data()
    {
        var length = Number(DataLength);
        if ((length & DataIsInCell) != 0)
        {
            return _cell.AsSpan(DataOffset, (int)Math.Min(length & ~DataIsInCell, sizeof(uint))).ToArray();
        }

        if (length > LongestData)
        {
            return null;
        }

        var data = _hive.ReadCell(Number(DataOffset), (int)length);
        if (length > LongestPiece && data is not null && data.AsSpan().StartsWith("db"u8))
        {
            data = InPieces(data, (int)length);
        }

        return data?.Length == (int)length ? data : null;
    }

    private byte[]? InPieces(byte[] head, int length)
    {
        if (head.Length < 8 || _hive.ReadCell(BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)), LongestData) is not { } list)
        {
            return null;
        }

        var count = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(2)), list.Length / sizeof(uint));
        var data = new byte[length];
        var filled = 0;
        for (var i = 0; i < count && filled < length; i++)
        {
            var most = Math.Min(LongestPiece, length - filled);
            if (_hive.ReadCell(BinaryPrimitives.ReadUInt32LittleEndian(list.AsSpan(i * sizeof(uint))), most) is not { Length: > 0 } piece)
            {
                return null;
            }

            piece.CopyTo(data, filled);
            filled += piece.Length;
        }

        return filled == length ? data : null;
    }

    private uint Number(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_cell.AsSpan(offset));
}
