using VirtTools.CommandLine.Manual;

namespace VirtTools.Tests.Manual;

public sealed class HelpTextTests
{
    private const string Text = """
        virt-x: do something

        virt-x [options] FILE
        virt-x --all

        It does something, and what it
        does takes two lines.

          -a, --add[=THING]          add THING
              --a-very-long-name-of-an-option NAME
                                     what stands below
                                     goes on

        Together with -a:
          -z                         last

        Exit status: 0 if it was done.

        """;

    [Fact]
    public void A_help_text_is_taken_apart()
    {
        var help = HelpText.Parse(Text);

        Assert.Equal(("virt-x", "do something", "0 if it was done."), (help.Name, help.Summary, help.ExitStatus));
        Assert.Equal(["virt-x [options] FILE", "virt-x --all"], help.Synopsis);
        Assert.Equal(["It does something, and what it does takes two lines."], help.Paragraphs);
        Assert.Equal(["", "Together with -a:"], help.Groups.Select(g => g.Heading));
        Assert.Equal(
            ["-a --add|[=THING]|add THING", "--a-very-long-name-of-an-option| NAME|what stands below goes on", "-z||last"],
            help.Options.Select(o => $"{string.Join(' ', o.Names)}|{o.Argument}|{o.Text}"));
    }

    [Fact]
    public void What_roff_would_take_for_a_request_stays_text()
    {
        var page = RoffPage.Write(new(HelpText.Parse(Text), [new(ManualBlockKind.Paragraph, ".SH a\\b `-c`"), new(ManualBlockKind.Example, "'x\n")], []), "1");

        Assert.Contains("\n\\&.SH a\\eb \\fB\\-c\\fR\n", page, StringComparison.Ordinal);
        Assert.Contains("\n\\&'x\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Sections_hold_paragraphs_points_and_examples()
    {
        var sections = ManualSection.ReadAll("## A\n\none\ntwo\n\n- p\n  q\n- r\n\n```\n## no title\n\nend\n```\n## B\ntext\n");

        Assert.Equal(["A", "B"], sections.Select(s => s.Title));
        Assert.Equal(
            [(ManualBlockKind.Paragraph, "one two"), (ManualBlockKind.Point, "p q"), (ManualBlockKind.Point, "r"), (ManualBlockKind.Example, "## no title\n\nend\n")],
            sections[0].Blocks.Select(b => (b.Kind, b.Text)));
    }
}
