using VirtTools.CommandLine.Completion;
using VirtTools.CommandLine.Manual;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Output;

namespace VirtTools.CommandLine.Running;

/// <summary>
/// What a command answers to other programs, not to people: its manual page, and what may stand in a place of a command line. The first word must be the whole
/// name, so that no abbreviation of an option leads here.
/// </summary>
internal static class HiddenRequests
{
    private const string Manual = "--manual";
    private const string Complete = "--complete";

    /// <summary>How long a person at the shell waits for names.</summary>
    private static readonly TimeSpan s_completionTime = TimeSpan.FromSeconds(4);

    /// <summary>Answers the request.</summary>
    /// <returns>False if it is none.</returns>
    public static async Task<bool> TryAnswerAsync(IReadOnlyList<string> words, string help, CommandOptions options, CommandStreams streams)
    {
        if (words.Count == 0)
        {
            return false;
        }

        switch (words[0])
        {
            case Manual:
                streams.Write(ManualText(help, options, words.Skip(1).FirstOrDefault()));
                return true;
            case Complete:
                using (var deadline = new CancellationTokenSource(s_completionTime))
                {
                    var lines = await CommandCompletion.FindAsync(options, HelpText.Parse(help), [.. words.Skip(1)], deadline.Token).ConfigureAwait(false);
                    streams.Write(string.Concat(lines.Select(line => line + "\n")));
                }

                return true;
            default:
                return false;
        }
    }

    private static string ManualText(string help, CommandOptions options, string? format)
    {
        var page = ManualPage.Of(help, options.GetType().Assembly);
        return format == "markdown" ? MarkdownPage.Write(page) : RoffPage.Write(page, Versions.Library);
    }
}
