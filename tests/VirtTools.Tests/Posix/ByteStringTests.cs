using System.Text;
using CsCheck;
using VirtTools.Posix;

namespace VirtTools.Tests.Posix;

public sealed class ByteStringTests
{
    private static readonly Gen<byte[]> AnyBytes = Gen.Byte.Array[0, 64];

    // Bytes that are likely to begin, continue and break UTF-8 sequences.
    private static readonly byte[] Tricky =
    [
        0x00, 0x41, 0x7F, 0x80, 0xBF, 0xC0, 0xC1, 0xC3, 0xA9, 0xDF, 0xE0, 0xE2, 0x82, 0xAC, 0xED, 0xA0, 0xEF, 0xF0, 0x9F, 0x98, 0x80, 0xF4, 0x90, 0xF5, 0xFF,
    ];

    private static readonly Gen<byte[]> TrickyBytes = Gen.Int[0, Tricky.Length - 1].Select(index => Tricky[index]).Array[0, 12];

    [Fact]
    public void Any_bytes_survive_the_round_trip() =>
        AnyBytes.Sample(bytes => ByteString.GetBytes(ByteString.GetString(bytes)).AsSpan().SequenceEqual(bytes));

    [Fact]
    public void Broken_sequences_survive_the_round_trip() =>
        TrickyBytes.Sample(bytes => ByteString.GetBytes(ByteString.GetString(bytes)).AsSpan().SequenceEqual(bytes));

    [Fact]
    public void Byte_count_is_the_number_of_bytes() =>
        TrickyBytes.Sample(bytes => ByteString.GetByteCount(ByteString.GetString(bytes)) == bytes.Length);

    [Fact]
    public void Text_without_lone_surrogates_is_plain_utf8() =>
        Gen.String.Where(text => ByteString.IsValidUtf8(text))
            .Sample(text => ByteString.GetBytes(text).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_string_is_valid_utf8_exactly_when_its_bytes_are() =>
        TrickyBytes.Sample(bytes => ByteString.IsValidUtf8(ByteString.GetString(bytes)) == System.Text.Unicode.Utf8.IsValid(bytes));

    // Not InlineData: the compiler stores attribute strings as UTF-8, which holds no lone surrogate.
    [Fact]
    public void Invalid_bytes_become_the_surrogates_of_surrogateescape()
    {
        Assert.Equal("\uDCFF", ByteString.GetString([0xFF]));
        Assert.Equal("a\uDC80b", ByteString.GetString([0x61, 0x80, 0x62]));
        Assert.Equal("\uDCED\uDCA0\uDC80", ByteString.GetString([0xED, 0xA0, 0x80]));
        Assert.Equal("\uDCC0\uDCAF", ByteString.GetString([0xC0, 0xAF]));
        Assert.Equal("\U0001F600\uDC80", ByteString.GetString([0xF0, 0x9F, 0x98, 0x80, 0x80]));
    }

    [Theory]
    [InlineData('\uD800')]
    [InlineData('\uDBFF')]
    [InlineData('\uDC00')]
    [InlineData('\uDC7F')]
    [InlineData('\uDD00')]
    [InlineData('\uDFFF')]
    public void A_surrogate_that_stands_for_no_byte_is_refused(char surrogate)
    {
        var text = $"a{surrogate}b";

        Assert.Throws<ArgumentException>(() => ByteString.GetBytes(text));
        Assert.Throws<ArgumentException>(() => ByteString.GetByteCount(text));
    }

    [Fact]
    public void A_zero_byte_in_a_path_is_refused() =>
        Assert.Throws<ArgumentException>(() => ByteString.GetTerminated("a\0b"));
}
