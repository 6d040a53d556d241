using System.CommandLine;
using VirtTools.CommandLine.Options;

namespace VirtTools.Tests.CommandLine;

public sealed class GetoptTests
{
    private static readonly OptionRow[] s_rows =
    [
        Row(ArgumentUse.Required, 'a', "add"),
        Row(ArgumentUse.Optional, null, "format"),
        Row(ArgumentUse.None, 'l', "long"),
        Row(ArgumentUse.None, 'R', "recursive"),
        Row(ArgumentUse.None, null, "times", "time"),
        Row(ArgumentUse.None, null, "time-days"),
        Row(ArgumentUse.None, null, "long-options"),
        Row(ArgumentUse.None, null, "raw") with { Origin = OptionOrigin.Ours },
        Row(ArgumentUse.None, '0', "null") with { Origin = OptionOrigin.Ours },
    ];

    [Theory]
    [InlineData("-lR", "long recursive")]
    [InlineData("-Rl", "recursive long")]
    [InlineData("-lRa disk", "long recursive add=disk")]
    [InlineData("-ladisk", "long add=disk")]
    [InlineData("-a -l", "add=-l")]
    [InlineData("-a=disk", "add==disk")]
    [InlineData("--add disk", "add=disk")]
    [InlineData("--add=disk", "add=disk")]
    [InlineData("--add=", "add=")]
    [InlineData("--add --long", "add=--long")]
    [InlineData("--format raw", "format raw")]
    [InlineData("--format=raw", "format=raw")]
    [InlineData("--format=", "format=")]
    [InlineData("--form=raw", "format=raw")]
    [InlineData("--time", "times")]
    [InlineData("--tim", "times")]
    [InlineData("--time-", "time-days")]
    [InlineData("x -l y", "x long y")]
    [InlineData("-l -- -R x", "long -R x")]
    [InlineData("-- -- x", "-- x")]
    [InlineData("- -l", "- long")]
    [InlineData("--nul -0", "null null")]
    [InlineData("--raw", "raw")]
    public void Words_are_split_as_the_C_library_does(string line, string expected)
    {
        var words = Getopt.Read(line.Split(' '), s_rows).Select(Show);

        Assert.Equal(expected, string.Join(' ', words));
    }

    [Theory]
    [InlineData("-Z")]
    [InlineData("-lZ")]
    [InlineData("-?")]
    [InlineData("-a")]
    [InlineData("-la")]
    [InlineData("--add")]
    [InlineData("--long=1")]
    [InlineData("--lo")]
    [InlineData("--nothing")]
    [InlineData("--=")]
    [InlineData("--longer")]
    public void Mistakes_are_refused(string line)
    {
        Assert.Throws<UsageException>(() => Getopt.Read(line.Split(' '), s_rows).ToList());
    }

    [Fact]
    public void A_prefix_means_the_option_of_the_original_even_where_one_of_ours_begins_alike()
    {
        var word = Getopt.Read(["--r"], s_rows).Single();

        Assert.Equal("--recursive", word.Row!.Option.Name);
    }

    [Fact]
    public void What_stands_before_a_mistake_is_seen_first()
    {
        using var words = Getopt.Read(["-l", "-Z"], s_rows).GetEnumerator();

        Assert.True(words.MoveNext());
        Assert.Throws<UsageException>(() => words.MoveNext());
    }

    [Fact]
    public void With_POSIXLY_CORRECT_the_first_operand_ends_the_options()
    {
        var words = Getopt.Read(["-l", "x", "-R"], s_rows, OperandOrder.AfterOptions).Select(Show);

        Assert.Equal(["long", "x", "-R"], words);
    }

    private static string Show(CommandWord word) =>
        word.Row is null ? word.Value! : word.Row.LongNames[0] + (word.Value is null ? "" : "=" + word.Value);

    private static OptionRow Row(ArgumentUse argument, char? letter, params string[] names) =>
        new(new Option<string>("--" + names[0]), names, letter, argument, OptionOrigin.Original);
}
