using System.Buffers.Binary;
using VirtTools.Posix;

namespace VirtTools.Wire;

/// <summary>
/// Decodes XDR (RFC 4506) from a message. Every length is checked against what is left of the message before memory is taken,
/// so a message can never make its reader allocate more than a small multiple of its own size.
/// </summary>
internal ref struct XdrReader(ReadOnlySpan<byte> buffer)
{
    private ReadOnlySpan<byte> _rest = buffer;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _rest.Length;

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public float ReadSingle() => BinaryPrimitives.ReadSingleBigEndian(Take(4));

    /// <summary>An XDR bool; any value but 0 and 1 is refused.</summary>
    public bool ReadBool() => ReadUInt32() switch
    {
        0 => false,
        1 => true,
        var other => throw new ProtocolException($"a boolean has the value {other}"),
    };

    /// <summary>An XDR char, four bytes on the wire.</summary>
    public char ReadChar()
    {
        var value = ReadInt32();
        return value is >= -128 and <= 255 ? (char)(byte)value : throw new ProtocolException($"a character has the value {value}");
    }

    /// <summary>A percentage, null where the wire holds a negative number.</summary>
    public float? ReadOptionalPercent()
    {
        var value = ReadSingle();
        return value >= 0 ? value : null;
    }

    /// <summary>A UUID of 32 characters without length.</summary>
    public string ReadUuid() => ByteString.GetString(Take(32));

    /// <summary>A counted string as lossless text.</summary>
    public string ReadString(int maximum = Protocol.MessageMax) => ByteString.GetString(TakeCounted(maximum));

    /// <summary>A string that may be absent.</summary>
    public string? ReadOptionalString() => ReadBool() ? ReadString() : null;

    /// <summary>Counted bytes, copied.</summary>
    public byte[] ReadBytes() => TakeCounted(Protocol.MessageMax).ToArray();

    /// <summary>Counted bytes in the message's own memory.</summary>
    public ReadOnlySpan<byte> ReadSpan() => TakeCounted(Protocol.MessageMax);

    public string[] ReadStrings()
    {
        var strings = new string[ReadCount(4)];
        for (var i = 0; i < strings.Length; i++)
        {
            strings[i] = ReadString();
        }

        return strings;
    }

    /// <summary>Keys and values in turn, in the order of the wire.</summary>
    public OrderedDictionary<string, string> ReadDictionary()
    {
        var count = ReadCount(4);
        if (count % 2 != 0)
        {
            throw new ProtocolException("a hash table has a key without a value");
        }

        var dictionary = new OrderedDictionary<string, string>(count / 2);
        for (var i = 0; i < count; i += 2)
        {
            dictionary[ReadString()] = ReadString();
        }

        return dictionary;
    }

    /// <summary>The number of items of a list, refused when the rest of the message cannot hold them.</summary>
    /// <param name="leastItemSize">The fewest bytes that one item takes on the wire.</param>
    public int ReadCount(int leastItemSize)
    {
        var count = ReadUInt32();
        return count <= (uint)(_rest.Length / leastItemSize)
            ? (int)count
            : throw new ProtocolException($"a list of {count} items does not fit into {_rest.Length} bytes");
    }

    /// <summary>Refuses a message that holds more than was read.</summary>
    public readonly void End()
    {
        if (_rest.Length != 0)
        {
            throw new ProtocolException($"{_rest.Length} bytes are left over at the end of a message");
        }
    }

    private ReadOnlySpan<byte> TakeCounted(int maximum)
    {
        var length = ReadUInt32();
        if (length > (uint)maximum)
        {
            throw new ProtocolException($"a string of {length} bytes is longer than {maximum}");
        }

        var bytes = Take((int)length);
        var padding = -(int)length & 3;
        if (Take(padding).ContainsAnyExcept((byte)0))
        {
            throw new ProtocolException("padding that is not zero");
        }

        return bytes;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            throw new ProtocolException($"the message ends {length - _rest.Length} bytes too early");
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
