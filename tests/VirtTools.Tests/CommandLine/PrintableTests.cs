using System.Text;
using VirtTools.CommandLine.Output;

namespace VirtTools.Tests.CommandLine;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain ü 漢 😀", "plain ü 漢 😀")]
    [InlineData("\x1b[31mred", "\\x1b[31mred")]
    [InlineData("a\nb\tc\rd", "a\\nb\\tc\\rd")]
    [InlineData("\u009b31m", "\\u009b31m")]
    [InlineData("abc\u202etxt", "abc\\u202etxt")]
    [InlineData("\x7f\0", "\\x7f\\x00")]
    public void Dangerous_characters_become_visible(string text, string expected)
    {
        Assert.Equal(expected, Printable.Line(text));
    }

    // Not in the table above: attributes are stored as UTF-8, which has no lone surrogates.
    [Fact]
    public void Bytes_that_are_no_text_become_visible()
    {
        Assert.Equal("inv\\xff", Printable.Line("inv\udcff"));
    }

    [Fact]
    public void A_terminal_gets_newlines_and_tabs_but_no_other_control_byte()
    {
        Assert.Equal("a\n\tb\\x07", ShowInPieces("a\n\tb\a"u8, 100));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Characters_cut_by_writes_stay_whole(int pieceSize)
    {
        Assert.Equal("ü漢😀\\xff.", ShowInPieces([.. "ü漢😀"u8, 0xFF, (byte)'.'], pieceSize));
    }

    [Fact]
    public void Half_a_character_at_the_end_is_shown_as_bytes()
    {
        Assert.Equal("a\\xe6\\xbc", ShowInPieces([(byte)'a', 0xE6, 0xBC], 100));
    }

    [Fact]
    public void Random_bytes_never_bring_a_control_byte_or_invalid_text_to_the_terminal()
    {
        var random = new Random(1);
        var bytes = new byte[20000];
        random.NextBytes(bytes);

        var shown = ShowInPieces(bytes, 7);

        Assert.DoesNotContain(shown, c => (c < ' ' && c is not ('\n' or '\t')) || c is >= '\x7f' and <= '\u009f' or '\ufffd');
    }

    private static string ShowInPieces(ReadOnlySpan<byte> bytes, int pieceSize)
    {
        using var terminal = new MemoryStream();
        using var stream = new TerminalStream(terminal);
        while (!bytes.IsEmpty)
        {
            var piece = Math.Min(pieceSize, bytes.Length);
            stream.Write(bytes[..piece]);
            bytes = bytes[piece..];
        }

        stream.Flush();
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(terminal.ToArray());
    }
}
