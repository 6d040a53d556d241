using System.Buffers.Binary;
using System.Text;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>A key of a hive (cell <c>nk</c>).</summary>
internal sealed class RegistryKey
{
    // Offsets in the cell.
    private const int Flags = 2;
    private const int SubkeyList = 28;
    private const int ValueCount = 36;
    private const int ValueList = 40;
    private const int NameLength = 72;
    private const int NameStart = 76;

    private const int NameIsLatin1 = 0x20;
    private const int LongestName = 512;

    /// <summary>Lists of lists are one level deep when Windows writes them.</summary>
    private const int DeepestList = 4;

    private const int MostValues = 100_000;
    private const int ListHead = 4;

    private readonly RegistryHive _hive;
    private readonly uint _subkeys;
    private readonly uint _values;
    private readonly int _valueCount;

    private RegistryKey(RegistryHive hive, ReadOnlySpan<byte> cell)
    {
        _hive = hive;
        _subkeys = BinaryPrimitives.ReadUInt32LittleEndian(cell[SubkeyList..]);
        _values = BinaryPrimitives.ReadUInt32LittleEndian(cell[ValueList..]);
        _valueCount = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(cell[ValueCount..]), MostValues);
        Name = NameIn(cell[NameStart..], BinaryPrimitives.ReadUInt16LittleEndian(cell[NameLength..]), (cell[Flags] & NameIsLatin1) != 0);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The key in a cell; null where that holds none.</summary>
    public static RegistryKey? Read(RegistryHive hive, uint offset) =>
        hive.ReadCell(offset, NameStart + LongestName) is { } cell && cell.Length >= NameStart && cell.AsSpan().StartsWith("nk"u8)
            ? new(hive, cell)
            : null;

    /// <summary>The keys in it that can be read.</summary>
    public IEnumerable<RegistryKey> Subkeys()
    {
        foreach (var offset in ListedBelow(_subkeys))
        {
            if (Read(_hive, offset) is { } key)
            {
                yield return key;
            }
        }
    }

    /// <summary>The key in it with that name, upper or lower case.</summary>
    public RegistryKey? Subkey(string name)
    {
        foreach (var key in Subkeys())
        {
            if (key.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>The values in it that can be read.</summary>
    public IEnumerable<RegistryValue> Values()
    {
        var list = _valueCount == 0 ? null : _hive.ReadCell(_values, _valueCount * sizeof(uint));
        for (var place = 0; list is not null && place + sizeof(uint) <= list.Length; place += sizeof(uint))
        {
            if (RegistryValue.Read(_hive, BinaryPrimitives.ReadUInt32LittleEndian(list.AsSpan(place))) is { } value)
            {
                yield return value;
            }
        }
    }

    /// <summary>The value with that name, upper or lower case.</summary>
    public RegistryValue? Value(string name)
    {
        foreach (var value in Values())
        {
            if (value.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The text of a value; null where there is none, or it is empty.</summary>
    public string? Text(string name) => Value(name)?.Text is { Length: > 0 } text ? text : null;

    /// <summary>A name in a cell: one byte or two for a character.</summary>
    internal static string NameIn(ReadOnlySpan<byte> bytes, int length, bool isLatin1)
    {
        var name = bytes[..Math.Min(length, bytes.Length)];

        // Through the decoder, so that a lone surrogate of a hostile hive becomes U+FFFD and no escaped byte.
        return (isLatin1 ? Encoding.Latin1 : Encoding.Unicode).GetString(name);
    }

    // Lists of offsets with (lf, lh) or without (li) a hash of the name, or lists of such lists (ri).
    private IEnumerable<uint> ListedBelow(uint first)
    {
        var seen = new HashSet<uint>();
        var open = new Stack<(uint Offset, int Level)>([(first, 0)]);
        while (open.TryPop(out var next))
        {
            if (next.Level >= DeepestList || !seen.Add(next.Offset) || _hive.ReadCell(next.Offset, ushort.MaxValue * 8 + ListHead) is not { } list
                || list.Length < ListHead)
            {
                continue;
            }

            var count = BinaryPrimitives.ReadUInt16LittleEndian(list.AsSpan(2));
            var isListOfLists = list.AsSpan().StartsWith("ri"u8);
            var step = list.AsSpan().StartsWith("lf"u8) || list.AsSpan().StartsWith("lh"u8) ? 8
                : isListOfLists || list.AsSpan().StartsWith("li"u8) ? 4
                : 0;
            var whole = step == 0 ? 0 : Math.Min(count, (list.Length - ListHead) / step);
            if (isListOfLists)
            {
                // The last one first onto the stack, so that they come in their order.
                for (var i = whole - 1; i >= 0; i--)
                {
                    open.Push((BinaryPrimitives.ReadUInt32LittleEndian(list.AsSpan(ListHead + i * step)), next.Level + 1));
                }

                continue;
            }

            for (var i = 0; i < whole; i++)
            {
                yield return BinaryPrimitives.ReadUInt32LittleEndian(list.AsSpan(ListHead + i * step));
            }
        }
    }
}
