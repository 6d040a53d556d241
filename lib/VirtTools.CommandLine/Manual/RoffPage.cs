using System.Text;

namespace VirtTools.CommandLine.Manual;

/// <summary>Writes a manual page in the language of man(1): roff with the macros of man(7).</summary>
internal static class RoffPage
{
    /// <summary>The page.</summary>
    /// <param name="page">What it says.</param>
    /// <param name="version">Version of the command.</param>
    public static string Write(ManualPage page, string version)
    {
        var help = page.Help;
        var text = new StringBuilder();
        text.Append($".TH {Escape(help.Name).ToUpperInvariant()} 1 \"\" \"VirtTools {Escape(version)}\" \"User Commands\"\n");

        // No hyphenation and no justification: words to type must not be broken.
        text.Append(".nh\n.ad l\n");
        text.Append($".SH NAME\n{Escape(help.Name)} \\- {Inline(help.Summary)}\n");
        text.Append(".SH SYNOPSIS\n.nf\n");
        foreach (var line in help.Synopsis)
        {
            text.Append($"\\fB{Escape(help.Name)}\\fR{Escape(line[help.Name.Length..])}\n");
        }

        text.Append(".fi\n.SH DESCRIPTION\n");
        Append(text, [.. help.Paragraphs.Select(p => new ManualBlock(ManualBlockKind.Paragraph, p)), .. page.Description]);
        text.Append(".SH OPTIONS\n");
        foreach (var group in help.Groups)
        {
            AppendOptions(text, group);
        }

        foreach (var section in page.Sections)
        {
            text.Append($".SH {Escape(section.Title)}\n");
            Append(text, section.Blocks);
        }

        return text.ToString();
    }

    private static void AppendOptions(StringBuilder text, HelpOptionGroup group)
    {
        if (group.Heading.Length > 0)
        {
            text.Append($".PP\n{Line(group.Heading)}\n");
        }

        foreach (var option in group.Options)
        {
            var names = string.Join(", ", option.Names.Select(name => $"\\fB{Escape(name)}\\fR"));
            text.Append($".TP\n{names}{Escape(option.Argument)}\n{Line(option.Text)}\n");
        }
    }

    private static void Append(StringBuilder text, IEnumerable<ManualBlock> blocks)
    {
        foreach (var block in blocks)
        {
            text.Append(block.Kind switch
            {
                ManualBlockKind.Point => $".IP \\(bu 2\n{Line(block.Text)}\n",
                ManualBlockKind.Example => $".PP\n.RS 4\n.nf\n{string.Concat(block.Text.TrimEnd('\n').Split('\n').Select(l => Guarded(Escape(l)) + "\n"))}.fi\n.RE\n",
                _ => $".PP\n{Line(block.Text)}\n",
            });
        }
    }

    private static string Line(string text) => Guarded(Inline(text));

    // A dot or an apostrophe at the beginning of a line would make it a request.
    private static string Guarded(string line) => line.StartsWith('.') || line.StartsWith('\'') ? "\\&" + line : line;

    /// <summary>Words in backquotes are set in bold.</summary>
    private static string Inline(string text) =>
        string.Concat(text.Split('`').Select((part, index) => index % 2 == 1 ? $"\\fB{Escape(part)}\\fR" : Escape(part)));

    private static string Escape(string text) => text.Replace("\\", "\\e").Replace("-", "\\-").Replace("~", "\\(ti").Replace("^", "\\(ha");
}
