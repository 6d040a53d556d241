using VirtTools.CommandLine.Options;

namespace VirtTools.CommandLine.Completion;

/// <summary>Where on the command line the word to complete stands.</summary>
/// <param name="Pending">The option that waits for its argument; null if none does.</param>
/// <param name="OptionsMayFollow">Whether an option may stand here.</param>
internal sealed record CompletionPlace(OptionRow? Pending, bool OptionsMayFollow)
{
    // No argument of a program holds a zero byte.
    private const string Mark = "\0";
    private const string SomeOption = "--help";

    /// <summary>Finds the place behind the words, which Getopt tells: it is asked what it would take a further word for.</summary>
    /// <param name="before">The words before the one to complete.</param>
    /// <param name="rows">The options.</param>
    /// <param name="words">Gets options and operands of the words before.</param>
    /// <returns>Null where the words make no sense.</returns>
    public static CompletionPlace? Find(IReadOnlyList<string> before, IReadOnlyList<OptionRow> rows, out IReadOnlyList<CommandWord> words)
    {
        words = [];
        try
        {
            List<CommandWord> read = [.. Getopt.Read([.. before, Mark], rows)];
            words = read[..^1];
            return read[^1].Row is { } row ? new(row, false) : new(null, Getopt.Read([.. before, SomeOption], rows).Last().Row is not null);
        }
        catch (UsageException)
        {
            return null;
        }
    }
}
