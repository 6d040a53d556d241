using System.Text;

namespace VirtTools.CommandLine.Manual;

/// <summary>Writes a manual page as Markdown, for docs/man.</summary>
internal static class MarkdownPage
{
    /// <summary>The page.</summary>
    public static string Write(ManualPage page)
    {
        var help = page.Help;
        var text = new StringBuilder($"# {help.Name}\n\n{char.ToUpperInvariant(help.Summary[0])}{help.Summary[1..]}.\n\n```\n");
        text.AppendJoin('\n', help.Synopsis).Append("\n```\n\n");
        Append(text, [.. help.Paragraphs.Select(p => new ManualBlock(ManualBlockKind.Paragraph, p)), .. page.Description]);
        text.Append("## Options\n\n");
        foreach (var group in help.Groups)
        {
            text.Append(group.Heading.Length > 0 ? $"{Escape(group.Heading)}\n\n" : "");
            foreach (var option in group.Options)
            {
                text.Append($"- `{string.Join("`, `", option.Names)}{option.Argument}`: {Escape(option.Text)}\n");
            }

            text.Append('\n');
        }

        foreach (var section in page.Sections)
        {
            text.Append($"## {section.Title[0]}{section.Title[1..].ToLowerInvariant()}\n\n");
            Append(text, section.Blocks);
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void Append(StringBuilder text, IReadOnlyList<ManualBlock> blocks)
    {
        for (var i = 0; i < blocks.Count; i++)
        {
            var block = blocks[i];
            text.Append(block.Kind switch
            {
                ManualBlockKind.Point => $"- {Escape(block.Text)}\n",
                ManualBlockKind.Example => $"```\n{block.Text.TrimEnd('\n')}\n```\n",
                _ => Escape(block.Text) + "\n",
            });
            var continues = block.Kind == ManualBlockKind.Point && i + 1 < blocks.Count && blocks[i + 1].Kind == ManualBlockKind.Point;
            text.Append(continues ? "" : "\n");
        }
    }

    /// <summary>Outside of backquotes, a backslash, a star or an angle bracket of ours is no mark of Markdown.</summary>
    private static string Escape(string text) =>
        string.Concat(text.Split('`').Select((part, index) => index % 2 == 1 ? $"`{part}`" : part.Replace("\\", "\\\\").Replace("*", "\\*").Replace("<", "\\<")));
}
