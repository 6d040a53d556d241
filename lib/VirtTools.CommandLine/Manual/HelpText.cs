namespace VirtTools.CommandLine.Manual;

/// <summary>An option as the help text tells it.</summary>
/// <param name="Names">Its names with their dashes: <c>-a</c>, <c>--add</c>.</param>
/// <param name="Argument">What stands behind the last name, with the blank or bracket before it; empty for an option without argument.</param>
/// <param name="Text">What it does.</param>
internal sealed record HelpOption(IReadOnlyList<string> Names, string Argument, string Text);

/// <summary>Options that stand together.</summary>
/// <param name="Heading">The line above them; empty if there is none.</param>
/// <param name="Options">The options in their order.</param>
internal sealed record HelpOptionGroup(string Heading, IReadOnlyList<HelpOption> Options);

/// <summary>
/// The help text of a command, taken apart. It is the one place where a command's options are described: <c>--help</c> prints it as it stands, manual page,
/// Markdown page and completion are made of it.
/// </summary>
/// <param name="Name">Name of the command.</param>
/// <param name="Summary">What it does, in half a sentence.</param>
/// <param name="Synopsis">How it is called, one form a line.</param>
/// <param name="Paragraphs">The prose, one string a paragraph, without what tells the exit status.</param>
/// <param name="Groups">The options.</param>
/// <param name="ExitStatus">What the exit status means.</param>
internal sealed record HelpText(
    string Name,
    string Summary,
    IReadOnlyList<string> Synopsis,
    IReadOnlyList<string> Paragraphs,
    IReadOnlyList<HelpOptionGroup> Groups,
    string ExitStatus)
{
    private const string ExitStatusMark = "Exit status: ";

    /// <summary>All options.</summary>
    public IEnumerable<HelpOption> Options => Groups.SelectMany(g => g.Options);

    /// <summary>
    /// Takes a help text apart: <c>name: summary</c>; lines that begin with the name are the synopsis; indented blocks are options, a line directly above
    /// them their heading; everything else is prose.
    /// </summary>
    public static HelpText Parse(string text)
    {
        var blocks = text.Trim('\n').Split("\n\n").Select(block => block.Split('\n')).ToList();
        var title = blocks[0][0].Split(": ", 2);
        var synopsis = new List<string>();
        var paragraphs = new List<string>();
        var groups = new List<HelpOptionGroup>();
        var exitStatus = "";
        foreach (var block in blocks.Skip(1))
        {
            var isIndented = block[^1].StartsWith("  ", StringComparison.Ordinal);
            if (block[0].StartsWith(title[0] + " ", StringComparison.Ordinal) && !isIndented)
            {
                synopsis.AddRange(block);
            }
            else if (isIndented)
            {
                var hasHeading = block[0][0] != ' ';
                groups.Add(new(hasHeading ? block[0] : "", ReadOptions(hasHeading ? block[1..] : block)));
            }
            else if (string.Join(' ', block) is var prose && prose.StartsWith(ExitStatusMark, StringComparison.Ordinal))
            {
                exitStatus = prose[ExitStatusMark.Length..];
            }
            else
            {
                paragraphs.Add(prose);
            }
        }

        return new(title[0], title[1], synopsis, paragraphs, groups, exitStatus);
    }

    private static List<HelpOption> ReadOptions(IEnumerable<string> lines)
    {
        var options = new List<HelpOption>();
        foreach (var line in lines)
        {
            var content = line.TrimStart();
            if (content.StartsWith('-'))
            {
                var end = content.IndexOf("  ", StringComparison.Ordinal);
                options.Add(ReadOption(end < 0 ? content : content[..end], end < 0 ? "" : content[end..].Trim()));
            }
            else
            {
                // The description goes on, or begins below a name that was too long for its column.
                var last = options[^1];
                options[^1] = last with { Text = $"{last.Text} {content}".Trim() };
            }
        }

        return options;
    }

    private static HelpOption ReadOption(string specification, string text)
    {
        var names = new List<string>();
        var argument = "";
        foreach (var part in specification.Split(", "))
        {
            var end = part.IndexOfAny([' ', '=', '[']);
            names.Add(end < 0 ? part : part[..end]);
            argument = end < 0 ? argument : part[end..];
        }

        return new(names, argument, text);
    }
}
