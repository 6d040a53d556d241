using CsCheck;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Api.Tests.Wire;

/// <summary>Whatever is written is read back, and takes whole words of four bytes.</summary>
public sealed class XdrRoundTripTests
{
    private delegate T Read<T>(ref XdrReader reader);

    private static readonly Gen<string> s_text = Gen.OneOf(
        Gen.Byte.Array[0, 40].Select(bytes => ByteString.GetString(bytes)),
        Gen.String.AlphaNumeric,
        Any("", "é", "日本語", "\U0001F600", "a\nb", "/dev/sda1"));

    [Fact]
    public void Int32() => Holds(Gen.Int, (w, v) => w.WriteInt32(v), (ref r) => r.ReadInt32());

    [Fact]
    public void UInt32() => Holds(Gen.UInt, (w, v) => w.WriteUInt32(v), (ref r) => r.ReadUInt32());

    [Fact]
    public void Int64() => Holds(Gen.Long, (w, v) => w.WriteInt64(v), (ref r) => r.ReadInt64());

    [Fact]
    public void UInt64() => Holds(Gen.ULong, (w, v) => w.WriteUInt64(v), (ref r) => r.ReadUInt64());

    [Fact]
    public void Bool() => Holds(Gen.Bool, (w, v) => w.WriteBool(v), (ref r) => r.ReadBool());

    [Fact]
    public void Single() => Holds(Gen.Single, (w, v) => w.WriteSingle(v), (ref r) => r.ReadSingle());

    [Fact]
    public void Char() => Holds(Gen.Char['\0', '\xff'], (w, v) => w.WriteChar(v), (ref r) => r.ReadChar());

    [Fact]
    public void Percentages_that_may_be_missing() =>
        Holds(Gen.Single[0, 100].Nullable(), (w, v) => w.WriteOptionalPercent(v), (ref r) => r.ReadOptionalPercent());

    [Fact]
    public void Uuids() => Holds(Gen.Char['0', 'z'].Array[32].Select(c => new string(c)), (w, v) => w.WriteUuid(v), (ref r) => r.ReadUuid());

    [Fact]
    public void Strings_of_any_bytes() => Holds(s_text, (w, v) => w.WriteString(v), (ref r) => r.ReadString());

    [Fact]
    public void Strings_that_may_be_missing() =>
        Holds(Gen.OneOf(s_text.Select(t => (string?)t), Gen.Const((string?)null)), (w, v) => w.WriteOptionalString(v), (ref r) => r.ReadOptionalString());

    [Fact]
    public void Passphrases() => Holds(s_text, (w, v) => w.WriteSecret(v), (ref r) => r.ReadString());

    [Fact]
    public void Buffers() => Holds(Gen.Byte.Array[0, 300], (w, v) => w.WriteBytes(v), (ref r) => r.ReadBytes());

    [Fact]
    public void Spans() => Holds(Gen.Byte.Array[0, 300], (w, v) => w.WriteBytes(v), (ref r) => r.ReadSpan().ToArray());

    [Fact]
    public void Lists() => Holds(s_text.Array[0, 20], (w, v) => w.WriteStrings(v), (ref r) => r.ReadStrings());

    [Fact]
    public void Hash_tables_in_their_order() =>
        Holds(
            Gen.Select(s_text, s_text).Array[0, 20].Select(Distinct),
            (w, v) => w.WriteDictionary(v),
            (ref r) => r.ReadDictionary().ToArray());

    [Fact]
    public void Headers() =>
        Holds(
            Gen.Select(Gen.UInt, Gen.UInt, Gen.ULong, Gen.ULong, Gen.Bool).Select(t => new MessageHeader(
                Protocol.Program, Protocol.Version, t.Item1, t.Item5 ? MessageDirection.Call : MessageDirection.Reply, t.Item2, t.Item3, t.Item4,
                t.Item5 ? MessageStatus.Ok : MessageStatus.Error)),
            (w, v) => v.Write(w),
            (ref r) => MessageHeader.Read(ref r));

    [Fact]
    public void Progress_messages() =>
        Holds(
            Gen.Select(Gen.UInt, Gen.UInt, Gen.ULong, Gen.ULong).Select(t => new ProgressMessage(t.Item1, t.Item2, t.Item3, t.Item4)),
            (w, v) => v.Write(w),
            (ref r) => ProgressMessage.Read(ref r));

    [Fact]
    public void Errors() =>
        Holds(
            Gen.Select(Any("", "ENOENT", "EINVAL"), s_text).Select(t => new MessageError(t.Item1, t.Item2)),
            (w, v) => v.Write(w),
            (ref r) => MessageError.Read(ref r));

    [Fact]
    public void Lists_of_structs() =>
        Holds(
            Gen.Select(Gen.Long, Gen.Char['a', 'z'], s_text).Select(t => new Dirent(t.Item1, t.Item2, t.Item3)).Array[0, 20],
            (w, v) => StructCodecs.Write(w, v),
            (ref r) => StructCodecs.ReadDirentList(ref r));

    [Fact]
    public void Error_messages_that_are_too_long_are_cut_not_refused()
    {
        using var writer = new XdrWriter();
        new MessageError("EIO", new string('x', Protocol.ErrorMessageMax + 1)).Write(writer);

        var reader = new XdrReader(writer.Written.Span);

        Assert.Equal(Protocol.ErrorMessageMax, MessageError.Read(ref reader).Message.Length);
    }

    [Fact]
    public void A_written_word_can_be_changed_later()
    {
        using var writer = new XdrWriter();
        writer.WriteUInt32(0);
        writer.WriteString("abc");

        writer.PatchUInt32(0, (uint)writer.Length);

        Assert.Equal("0000000C0000000361626300", Convert.ToHexString(writer.Written.Span));
    }

    [Fact]
    public void A_writer_can_be_cut_back_and_used_again()
    {
        using var writer = new XdrWriter();
        writer.WriteString("first");
        writer.Truncate(4);
        writer.WriteUInt32(7);
        var cut = Convert.ToHexString(writer.Written.Span);

        writer.Clear();

        Assert.Equal("0000000500000007", cut);
        Assert.Equal(0, writer.Length);
    }

    private static void Holds<T>(Gen<T> values, Action<XdrWriter, T> write, Read<T> read) =>
        values.Sample(value =>
        {
            using var writer = new XdrWriter();
            write(writer, value);
            Assert.Equal(0, writer.Length % 4);

            var reader = new XdrReader(writer.Written.Span);
            Assert.Equal(value, read(ref reader));
            reader.End();
        });

    private static Gen<string> Any(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static KeyValuePair<string, string>[] Distinct((string Key, string Value)[] pairs) =>
        [.. pairs.DistinctBy(p => p.Key).Select(p => KeyValuePair.Create(p.Key, p.Value))];
}
