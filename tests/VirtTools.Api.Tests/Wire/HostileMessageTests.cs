using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Api.Tests.Wire;

/// <summary>
/// What comes from the other side may be anything. Reading it ends in a value or in <see cref="ProtocolException"/>, and takes no more memory
/// than a fixed multiple of what was received.
/// </summary>
public sealed class HostileMessageTests
{
    // The dearest bytes are those of text that is not UTF-8: a string for each, and a builder that doubles.
    private const int BytesPerByte = 64;
    private const int BytesPerMessage = 32 * 1024;

    private delegate object? Read(ref XdrReader reader);

    private static readonly Dictionary<string, Read> s_readers = new()
    {
        ["int"] = (ref r) => r.ReadInt32(),
        ["int64"] = (ref r) => r.ReadInt64(),
        ["bool"] = (ref r) => r.ReadBool(),
        ["char"] = (ref r) => r.ReadChar(),
        ["percent"] = (ref r) => r.ReadOptionalPercent(),
        ["uuid"] = (ref r) => r.ReadUuid(),
        ["string"] = (ref r) => r.ReadString(),
        ["optional string"] = (ref r) => r.ReadOptionalString(),
        ["errno name"] = (ref r) => r.ReadString(Protocol.ErrnoNameMax),
        ["buffer"] = (ref r) => r.ReadBytes(),
        ["list"] = (ref r) => r.ReadStrings(),
        ["hash table"] = (ref r) => r.ReadDictionary(),
        ["header"] = (ref r) => MessageHeader.Read(ref r),
        ["error"] = (ref r) => MessageError.Read(ref r),
        ["progress"] = (ref r) => ProgressMessage.Read(ref r),
    };

    [Theory]
    [InlineData("int", "000000")]
    [InlineData("int64", "00000000000000")]
    [InlineData("bool", "00000002")]
    [InlineData("bool", "FFFFFFFF")]
    [InlineData("char", "00000100")]
    [InlineData("char", "FFFFFF00")]
    [InlineData("uuid", "00000020")]
    [InlineData("string", "00000001")]
    [InlineData("string", "0000000561626364")]
    [InlineData("string", "00000003616263")]
    [InlineData("string", "0000000361626301")]
    [InlineData("string", "0000000161000100")]
    [InlineData("string", "7FFFFFFF61626364")]
    [InlineData("string", "80000000")]
    [InlineData("string", "FFFFFFFF61626364")]
    [InlineData("string", "FFFFFFFC61626364")]
    [InlineData("optional string", "00000002")]
    [InlineData("optional string", "00000001")]
    [InlineData("errno name", "00000021616161616161616161616161616161616161616161616161616161616161616161000000")]
    [InlineData("buffer", "00400001")]
    [InlineData("list", "00000001")]
    [InlineData("list", "0000000200000000")]
    [InlineData("list", "FFFFFFFF00000000")]
    [InlineData("list", "80000000")]
    [InlineData("list", "3FFFFFFF")]
    [InlineData("hash table", "0000000100000000")]
    [InlineData("hash table", "00000002000000000000000261")]
    [InlineData("hash table", "FFFFFFFE")]
    [InlineData("header", "2000F5F5")]
    [InlineData("error", "00000000FFFFFFFF")]
    [InlineData("error", "0000000000010001")]
    [InlineData("progress", "000000010000000200000003")]
    public void Bad_bytes_are_refused(string kind, string hex)
    {
        var message = Convert.FromHexString(hex);

        Assert.Throws<ProtocolException>(() => ReadAll(s_readers[kind], message));
    }

    [Theory]
    [InlineData("int", "0000000000")]
    [InlineData("string", "00000000000000FF")]
    [InlineData("list", "0000000000000000")]
    public void Bytes_left_over_are_refused(string kind, string hex) =>
        Assert.Throws<ProtocolException>(() => ReadAll(s_readers[kind], Convert.FromHexString(hex)));

    [Fact]
    public void Struct_lists_that_cannot_fit_are_refused_before_memory_is_taken()
    {
        // 0x00100000 structs would fit if each took four bytes, as its strings at their shortest do.
        var message = new byte[4 + (4 * 0x100000)];
        message[1] = 0x10;

        foreach (var wire in StructCases.All)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<ProtocolException>(() => wire.ReadList(message));
            var taken = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.True(taken < BytesPerMessage, $"{wire.Name}: {taken} bytes");
        }
    }

    [Fact]
    public void A_message_larger_than_4_MiB_is_not_written()
    {
        using var writer = new XdrWriter();
        writer.WriteBytes(new byte[Protocol.MessageMax]);

        Assert.Throws<MessageTooLargeException>(() => writer.WriteInt32(0));
    }

    [Fact]
    public void A_hundred_thousand_random_messages_throw_nothing_else_and_stay_in_bounds()
    {
        var random = new Random(20240611);
        Read[] readers =
        [
            .. s_readers.Values,
            .. StructCases.All.Select(c => c.Reading).Concat(StructCases.All.Select(c => c.ReadingList)).Select(read => (Read)((ref r) => read(ref r))),
        ];

        for (var i = 0; i < 100_000; i++)
        {
            var message = RandomMessage(random);
            var read = readers[random.Next(readers.Length)];

            var before = GC.GetAllocatedBytesForCurrentThread();
            var failure = Try(read, message);
            var taken = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.True(failure is null or ProtocolException, $"message {i}, {Convert.ToHexString(message)}: {failure}");
            Assert.True(taken < BytesPerMessage + (message.Length * BytesPerByte), $"message {i} of {message.Length} bytes took {taken}");
        }
    }

    [Fact]
    public void Text_of_any_bytes_takes_memory_in_proportion()
    {
        var bytes = new byte[256 * 1024];
        new Random(1).NextBytes(bytes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = ByteString.GetString(bytes);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(taken < (long)bytes.Length * BytesPerByte, $"{taken} bytes");
    }

    /// <summary>Half of the words are small numbers, so that lengths and counts often make sense and the reader gets further in.</summary>
    private static byte[] RandomMessage(Random random)
    {
        var message = new byte[random.Next(random.Next(10) == 0 ? 2000 : 120)];
        random.NextBytes(message);
        for (var offset = 0; offset + 4 <= message.Length; offset += 4)
        {
            if (random.Next(2) == 0)
            {
                message.AsSpan(offset, 4).Clear();
                message[offset + 3] = (byte)random.Next(12);
            }
        }

        return message;
    }

    private static Exception? Try(Read read, byte[] message)
    {
        try
        {
            ReadAll(read, message);
            return null;
        }
        catch (Exception failure)
        {
            return failure;
        }
    }

    private static void ReadAll(Read read, ReadOnlySpan<byte> message)
    {
        var reader = new XdrReader(message);
        read(ref reader);
        reader.End();
    }
}
