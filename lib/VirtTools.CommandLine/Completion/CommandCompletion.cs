using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Manual;
using VirtTools.CommandLine.Options;

namespace VirtTools.CommandLine.Completion;

/// <summary>
/// Answers the scripts that complete command lines in shells: one candidate a line, behind a tab what it means. The line <c>:files</c> stands for files of
/// the host, which the shell lists itself.
/// </summary>
internal static class CommandCompletion
{
    /// <summary>What the script is told where files of the host may stand.</summary>
    public const string FilesMark = ":files";

    /// <summary>The lines for a word.</summary>
    /// <param name="options">The options of the command; what stands before the word is read into them.</param>
    /// <param name="help">Tells what the options do.</param>
    /// <param name="words">The words behind the command's name; the last one is the one to complete.</param>
    /// <param name="cancellationToken">Ends it; what was found so far is lost.</param>
    public static async Task<IReadOnlyList<string>> FindAsync(
        CommandOptions options, HelpText help, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var word = words.Count == 0 ? "" : words[^1];
        if (options.ReadBefore([.. words.SkipLast(1)]) is not { } place)
        {
            return [];
        }

        if (place.Pending is { } pending)
        {
            return await ValuesAsync(options, options.SuggestedFor(pending.Option), word, "", cancellationToken).ConfigureAwait(false);
        }

        if (place.OptionsMayFollow && word.StartsWith("--", StringComparison.Ordinal) && word.IndexOf('=') is > 0 and var equals)
        {
            var option = options.Rows.FirstOrDefault(row => row.Argument != ArgumentUse.None && row.LongNames.Contains(word[2..equals]));
            return option is null
                ? []
                : await ValuesAsync(options, options.SuggestedFor(option.Option), word[(equals + 1)..], word[..(equals + 1)], cancellationToken)
                    .ConfigureAwait(false);
        }

        return place.OptionsMayFollow && word.StartsWith('-')
            ? OptionNames(help, word)
            : await ValuesAsync(options, options.SuggestedOperand(), word, "", cancellationToken).ConfigureAwait(false);
    }

    private static List<string> OptionNames(HelpText help, string word) =>
    [
        .. help.Options.SelectMany(option => option.Names.Select(name => (name, option.Text)))
            .Where(o => o.name.StartsWith(word, StringComparison.Ordinal))
            .Select(o => $"{o.name}\t{o.Text}"),
    ];

    private static async Task<IReadOnlyList<string>> ValuesAsync(
        CommandOptions options, Suggestion suggestion, string word, string before, CancellationToken cancellationToken)
    {
        var found = suggestion.Kind switch
        {
            SuggestionKind.Files => [FilesMark],
            SuggestionKind.Words => suggestion.Words,
            SuggestionKind.GuestNames when options is GuestOptions guest => await LibvirtGuests.FindNamesAsync(guest.LibvirtUri, cancellationToken).ConfigureAwait(false),
            SuggestionKind.GuestPaths when options is MountingOptions guest => await GuestPathCandidates.FindAsync(guest, word, cancellationToken).ConfigureAwait(false),
            _ => [],
        };
        return [.. found.Where(f => f == FilesMark || f.StartsWith(word, StringComparison.Ordinal)).Select(f => f == FilesMark ? f : before + f)];
    }
}
