using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using VirtTools.Posix;

namespace VirtTools.Wire;

/// <summary>Encodes XDR (RFC 4506) into a pooled buffer that never grows past one message.</summary>
internal sealed class XdrWriter : IDisposable
{
    private const int Limit = Protocol.MessageMax + 4;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(512);
    private int _length;
    private bool _holdsSecret;

    public int Length => _length;

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    public void Clear() => _length = 0;

    /// <summary>Forgets everything after <paramref name="length"/>.</summary>
    public void Truncate(int length) => _length = length;

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Reserve(4), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Reserve(8), value);

    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64BigEndian(Reserve(8), value);

    public void WriteSingle(float value) => BinaryPrimitives.WriteSingleBigEndian(Reserve(4), value);

    public void WriteBool(bool value) => WriteUInt32(value ? 1u : 0u);

    public void WriteChar(char value) => WriteInt32((sbyte)value);

    /// <summary>A percentage; null is -1 on the wire.</summary>
    public void WriteOptionalPercent(float? value) => WriteSingle(value ?? -1);

    /// <summary>A UUID of exactly 32 characters, without length.</summary>
    public void WriteUuid(string value)
    {
        var target = Reserve(32);
        target.Clear();
        var bytes = ByteString.GetBytes(value);
        bytes.AsSpan(0, Math.Min(bytes.Length, 32)).CopyTo(target);
    }

    public void WriteString(string value) => WriteBytes(ByteString.GetBytes(value));

    /// <summary>A passphrase: neither this buffer nor the encoded text outlives the call.</summary>
    public void WriteSecret(string value)
    {
        _holdsSecret = true;
        var bytes = ByteString.GetBytes(value);
        WriteBytes(bytes);
        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>A string cut at <paramref name="maximum"/> bytes.</summary>
    public void WriteTruncatedString(string value, int maximum)
    {
        var bytes = ByteString.GetBytes(value);
        WriteBytes(bytes.AsSpan(0, Math.Min(bytes.Length, maximum)));
    }

    public void WriteOptionalString(string? value)
    {
        WriteBool(value is not null);
        if (value is not null)
        {
            WriteString(value);
        }
    }

    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteUInt32((uint)value.Length);
        var target = Reserve(value.Length + (-value.Length & 3));
        value.CopyTo(target);
        target[value.Length..].Clear();
    }

    public void WriteStrings(IReadOnlyCollection<string> values)
    {
        WriteUInt32((uint)values.Count);
        foreach (var value in values)
        {
            WriteString(value);
        }
    }

    public void WriteDictionary(IReadOnlyCollection<KeyValuePair<string, string>> pairs)
    {
        WriteUInt32((uint)pairs.Count * 2);
        foreach (var (key, value) in pairs)
        {
            WriteString(key);
            WriteString(value);
        }
    }

    /// <summary>Overwrites four bytes written earlier, such as a length that is known only at the end.</summary>
    public void PatchUInt32(int offset, uint value) => BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(offset, 4), value);

    /// <summary>Room for <paramref name="size"/> bytes that the caller fills.</summary>
    /// <exception cref="MessageTooLargeException">The message would pass the protocol's limit.</exception>
    public Span<byte> Reserve(int size)
    {
        if (size > Limit - _length)
        {
            throw new MessageTooLargeException();
        }

        if (size > _buffer.Length - _length)
        {
            Grow(_length + size);
        }

        var span = _buffer.AsSpan(_length, size);
        _length += size;
        return span;
    }

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        Release(buffer);
    }

    private void Grow(int least)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(least, Math.Min(_buffer.Length * 2, Limit)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        Release(_buffer);
        _buffer = larger;
    }

    private void Release(byte[] buffer)
    {
        if (buffer.Length == 0)
        {
            return;
        }

        if (_holdsSecret)
        {
            CryptographicOperations.ZeroMemory(buffer);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }
}

/// <summary>A message would be larger than <see cref="Protocol.MessageMax"/>.</summary>
internal sealed class MessageTooLargeException() : Exception("the message is larger than the protocol allows (4 MiB)");
