namespace VirtTools.CommandLine.Manual;

/// <summary>What a block of a section is.</summary>
internal enum ManualBlockKind
{
    Paragraph,

    /// <summary>A point of a list.</summary>
    Point,

    /// <summary>Lines that stay as they are.</summary>
    Example,
}

/// <summary>A piece of a manual page.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; names in <c>`backquotes`</c> are words to type. Only an example has line ends.</param>
internal sealed record ManualBlock(ManualBlockKind Kind, string Text);

/// <summary>A section of a manual page.</summary>
/// <param name="Title">Its title in capitals.</param>
/// <param name="Blocks">Its content.</param>
internal sealed record ManualSection(string Title, IReadOnlyList<ManualBlock> Blocks)
{
    private const string TitleMark = "## ";
    private const string PointMark = "- ";
    private const string Fence = "```";

    /// <summary>
    /// Reads the sections of a text in a few marks of Markdown: <c>## TITLE</c>, paragraphs between empty lines, points that begin with a dash, examples between
    /// lines of three backquotes, and names in backquotes.
    /// </summary>
    public static IReadOnlyList<ManualSection> ReadAll(string text)
    {
        var sections = new List<ManualSection>();
        var blocks = new List<ManualBlock>();
        var open = false;
        var example = false;
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(Fence, StringComparison.Ordinal))
            {
                example = !example;
                open = false;
                if (example)
                {
                    blocks.Add(new(ManualBlockKind.Example, ""));
                }
            }
            else if (example)
            {
                blocks[^1] = blocks[^1] with { Text = blocks[^1].Text + line + "\n" };
            }
            else if (line.StartsWith(TitleMark, StringComparison.Ordinal))
            {
                blocks = [];
                sections.Add(new(line[TitleMark.Length..], blocks));
                open = false;
            }
            else if (line.Length == 0)
            {
                open = false;
            }
            else if (line.StartsWith(PointMark, StringComparison.Ordinal))
            {
                blocks.Add(new(ManualBlockKind.Point, line[PointMark.Length..]));
                open = true;
            }
            else if (open)
            {
                blocks[^1] = blocks[^1] with { Text = $"{blocks[^1].Text} {line.Trim()}" };
            }
            else
            {
                blocks.Add(new(ManualBlockKind.Paragraph, line));
                open = true;
            }
        }

        return sections;
    }
}
