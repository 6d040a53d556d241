using System.CommandLine;
using VirtTools.CommandLine.Completion;

namespace VirtTools.CommandLine.Options;

/// <summary>What the command line asks for.</summary>
internal enum CommandRequest
{
    Run,
    Help,
    Version,
    LongOptionList,
    ShortOptionList,
}

/// <summary>
/// The options of a command. A subclass declares its own in its constructor, in the order in which the original tries prefixes, and reads them
/// with <see cref="Has"/> and <see cref="Get{T}"/> after <see cref="Read"/>.
/// </summary>
internal abstract class CommandOptions
{
    private static readonly ParserConfiguration s_literal = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    private readonly RootCommand _root = new();
    private readonly List<OptionRow> _rows = [];
    private readonly Dictionary<Option, Suggestion> _suggestions = [];
    private readonly Argument<string[]> _operands = new("operands") { Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _help;
    private readonly Option<bool> _version;
    private readonly Option<bool> _longNames;
    private readonly Option<bool> _shortNames;
    private ParseResult? _result;

    protected CommandOptions()
    {
        // System.CommandLine brings its own help (-h, -?, /h), version and directives; none of the original programs has them.
        _root.Options.Clear();
        _root.Directives.Clear();
        _root.Add(_operands);
        _help = Flag(OptionOrigin.Original, "--help");
        _version = Flag(OptionOrigin.Original, "--version", "-V");
        _longNames = Flag(OptionOrigin.Original, "--long-options");
        _shortNames = Flag(OptionOrigin.Original, "--short-options");
    }

    /// <summary>The words that are no options.</summary>
    public IReadOnlyList<string> Operands { get; protected set; } = [];

    /// <summary>The options in the order of their declaration.</summary>
    public IReadOnlyList<OptionRow> Rows => _rows;

    /// <summary>Long names of all options, for completion by shells.</summary>
    public IEnumerable<string> LongNames =>
        _rows.Where(r => r.Option != _longNames && r.Option != _shortNames).SelectMany(r => r.LongNames).Select(n => "--" + n).Order(StringComparer.Ordinal);

    /// <summary>Letters of all options, for completion by shells.</summary>
    public IEnumerable<string> ShortNames => _rows.Where(r => r.Letter is not null).Select(r => $"-{r.Letter}");

    /// <summary>Reads a command line. An option that asks to print something takes effect before a mistake further right, as in the original.</summary>
    /// <param name="words">The arguments without the program's name.</param>
    /// <param name="order">Where operands may stand.</param>
    /// <exception cref="UsageException">The words make no sense.</exception>
    public CommandRequest Read(IReadOnlyList<string> words, OperandOrder order = OperandOrder.Anywhere)
    {
        var operands = new List<string>();
        var uses = new List<CommandWord>();
        foreach (var word in Getopt.Read(words, _rows, order))
        {
            if (word.Row is null)
            {
                operands.Add(word.Value!);
                continue;
            }

            if (RequestOf(word.Row.Option) is { } request)
            {
                return request;
            }

            Meet(word.Row.Option, word.Value);
            uses.Add(word);
        }

        Operands = operands;
        _result = _root.Parse(Canonical(uses, operands), s_literal);
        if (_result.Errors.Count > 0)
        {
            throw new UsageException(_result.Errors[0].Message);
        }

        Check();
        return CommandRequest.Run;
    }

    /// <summary>Reads the words before one that a shell wants completed; what makes no sense in them is passed over.</summary>
    /// <returns>Where the next word stands; null where nothing can be said.</returns>
    public CompletionPlace? ReadBefore(IReadOnlyList<string> words)
    {
        var place = CompletionPlace.Find(words, _rows, out var read);
        Operands = [.. read.Where(w => w.Row is null).Select(w => w.Value!)];
        foreach (var word in read.Where(w => w.Row is not null))
        {
            try
            {
                Meet(word.Row!.Option, word.Value);
            }
            catch (UsageException)
            {
                // An image that is not there, say: the command will tell.
            }
        }

        return place;
    }

    /// <summary>What may be the argument of an option.</summary>
    public Suggestion SuggestedFor(Option option) => _suggestions.GetValueOrDefault(option, Suggestion.Nothing);

    /// <summary>What may be the next operand, after <see cref="ReadBefore"/>.</summary>
    public virtual Suggestion SuggestedOperand() => Suggestion.Files;

    /// <summary>Whether the option was given.</summary>
    public bool Has(Option option) => _result?.GetResult(option) is { Implicit: false };

    /// <summary>The value of an option; of several uses the last one counts.</summary>
    public T? Get<T>(Option<T> option) => _result is null ? default : _result.GetValue(option);

    /// <summary>An option was met; those whose effect hangs on the place on the command line act here.</summary>
    /// <exception cref="UsageException">The value makes no sense.</exception>
    protected virtual void Meet(Option option, string? value)
    {
    }

    /// <summary>All options are known: refuses what does not go together.</summary>
    /// <exception cref="UsageException">Something is missing or excludes something else.</exception>
    protected virtual void Check()
    {
    }

    /// <summary>Says what may be the argument of an option, for completion by shells.</summary>
    protected void Suggest(Option option, Suggestion suggestion) => _suggestions[option] = suggestion;

    /// <summary>Declares an option without argument.</summary>
    protected Option<bool> Flag(OptionOrigin origin, params string[] names) =>
        Declare(new Option<bool>(names[0], names[1..]) { Arity = ArgumentArity.Zero }, ArgumentUse.None, origin);

    /// <summary>Declares an option with an argument.</summary>
    protected Option<T> Value<T>(OptionOrigin origin, params string[] names) =>
        Declare(new Option<T>(names[0], names[1..]) { Arity = ArgumentArity.ExactlyOne }, ArgumentUse.Required, origin);

    /// <summary>Declares an option whose argument may be left out.</summary>
    protected Option<string?> OptionalValue(OptionOrigin origin, params string[] names) =>
        Declare(new Option<string?>(names[0], names[1..]) { Arity = ArgumentArity.ZeroOrOne }, ArgumentUse.Optional, origin);

    private TOption Declare<TOption>(TOption option, ArgumentUse argument, OptionOrigin origin)
        where TOption : Option
    {
        _root.Options.Add(option);
        string[] names = [option.Name, .. option.Aliases];
        var longNames = names.Where(n => n.StartsWith("--", StringComparison.Ordinal)).Select(n => n[2..]).ToArray();
        var letter = names.Where(n => n.Length == 2).Select(n => (char?)n[1]).FirstOrDefault();
        _rows.Add(new(option, longNames, letter, argument, origin));
        return option;
    }

    private CommandRequest? RequestOf(Option option) =>
        option == _help ? CommandRequest.Help
        : option == _version ? CommandRequest.Version
        : option == _longNames ? CommandRequest.LongOptionList
        : option == _shortNames ? CommandRequest.ShortOptionList
        : null;

    /// <summary>One word an option, value behind an equals sign, the last use only, then <c>--</c> and the operands.</summary>
    private static List<string> Canonical(List<CommandWord> uses, List<string> operands)
    {
        var words = uses.GroupBy(u => u.Row!.Option).Select(g => g.Last())
            .Select(u => u.Value is null ? u.Row!.Option.Name : $"{u.Row!.Option.Name}={u.Value}");
        return [.. words, "--", .. operands];
    }
}
