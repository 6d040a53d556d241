using VirtTools.CommandLine.Options;
using VirtTools.Commands;

namespace VirtTools.Tests.Commands;

public sealed class LineReplacementTests
{
    [Theory]
    [InlineData("s/a/b/", "aa\n", "ba\n")]
    [InlineData("s/a/b/g", "aa\n", "bb\n")]
    [InlineData("s/A/b/ig", "aA\n", "bb\n")]
    [InlineData("s|/etc|/usr|", "/etc\n", "/usr\n")]
    [InlineData(@"s/\/etc/\/usr/", "/etc\n", "/usr\n")]
    [InlineData(@"s/(\w+) (\w+)/$2 $1/", "one two\n", "two one\n")]
    [InlineData(@"s/x/\n\t\\/", "x", "\n\t\\")]
    [InlineData("s/$/!/", "line\n", "line!\n")]
    [InlineData("s/$/!/", "line", "line!")]
    [InlineData("s/^root:.*/root::/", "root:*:1\n", "root::\n")]
    [InlineData("s/é/e/", "café\n", "cafe\n")]
    public void A_line_is_replaced_as_sed_and_perl_would(string replacement, string line, string expected) =>
        Assert.Equal(expected, LineReplacement.Parse(replacement).Apply(line));

    [Theory]
    [InlineData("s/a/b")]
    [InlineData("s/a/b/x")]
    [InlineData("a/b/c/")]
    [InlineData("saab")]
    [InlineData("s")]
    [InlineData("s/a/b/g/")]
    [InlineData("s/(/b/")]
    [InlineData(@"s/a(?=b)/c/")]
    [InlineData(@"s/(a)\1/c/")]
    [InlineData(@"s/(a)/\1/")]
    public void What_makes_no_sense_is_refused_before_anything_starts(string replacement) =>
        Assert.Throws<UsageException>(() => LineReplacement.Parse(replacement));

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("a\n\nb\n", new[] { "a\n", "\n", "b\n" })]
    public void Lines_keep_their_ends(string text, string[] lines)
    {
        using var input = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        var reader = new LineReader(input, 100);

        Assert.Equal(lines, Read(reader));
    }

    [Fact]
    public void A_line_longer_than_the_buffer_is_read_whole()
    {
        var line = new string('x', 300_000) + "\n";
        using var input = new MemoryStream(System.Text.Encoding.UTF8.GetBytes("first\n" + line + "last"));
        var reader = new LineReader(input, 400_000);

        Assert.Equal(["first\n", line, "last"], Read(reader));
    }

    [Fact]
    public void A_line_beyond_all_measure_is_refused()
    {
        using var input = new MemoryStream(new byte[1 << 20]);
        var reader = new LineReader(input, 100_000);

        Assert.Throws<EditFailedException>(() => reader.Next());
    }

    private static List<string> Read(LineReader reader)
    {
        var lines = new List<string>();
        while (reader.Next() is { IsEmpty: false } line)
        {
            lines.Add(System.Text.Encoding.UTF8.GetString(line.Span));
        }

        return lines;
    }
}
