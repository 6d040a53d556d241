namespace VirtTools.CommandLine.Options;

/// <summary>
/// Splits a command line as getopt_long(3) of the GNU C library does: bundled letters, unambiguous prefixes of long names, optional arguments
/// only behind an equals sign, options and operands in any order, <c>--</c> before what are operands only.
/// System.CommandLine has other rules for each of these, so it gets the words in a form that it cannot misread.
/// </summary>
internal static class Getopt
{
    /// <summary>The options and operands in the order of the command line, one at a time: an earlier option takes effect before a later mistake.</summary>
    /// <param name="words">The arguments without the program's name.</param>
    /// <param name="rows">The options; the first of several equal candidates wins.</param>
    /// <param name="order">Whether the first operand ends the options.</param>
    /// <exception cref="UsageException">While enumerating: an unknown or ambiguous option, a missing or needless argument.</exception>
    public static IEnumerable<CommandWord> Read(IReadOnlyList<string> words, IReadOnlyList<OptionRow> rows, OperandOrder order = OperandOrder.Anywhere)
    {
        var index = 0;
        while (index < words.Count)
        {
            var word = words[index++];
            if (word == "--")
            {
                break;
            }

            if (word.Length < 2 || word[0] != '-')
            {
                yield return new(null, word);
                if (order == OperandOrder.AfterOptions)
                {
                    break;
                }
            }
            else if (word[1] == '-')
            {
                yield return Long(word, words, rows, ref index);
            }
            else
            {
                foreach (var use in Letters(word, index < words.Count ? words[index] : null, rows))
                {
                    yield return use.Word;
                    index += use.WordsTaken;
                }
            }
        }

        for (; index < words.Count; index++)
        {
            yield return new(null, words[index]);
        }
    }

    private static CommandWord Long(string word, IReadOnlyList<string> words, IReadOnlyList<OptionRow> rows, ref int index)
    {
        var equals = word.IndexOf('=');
        var typed = equals < 0 ? word[2..] : word[2..equals];
        var value = equals < 0 ? null : word[(equals + 1)..];
        var (row, name) = Find(typed, rows);
        switch (row.Argument)
        {
            case ArgumentUse.None when value is not null:
                throw new UsageException($"--{name} takes no argument");
            case ArgumentUse.Required when value is null && index == words.Count:
                throw new UsageException($"--{name} needs an argument");
            case ArgumentUse.Required when value is null:
                value = words[index++];
                break;
        }

        return new(row, value);
    }

    private static IEnumerable<(CommandWord Word, int WordsTaken)> Letters(string word, string? next, IReadOnlyList<OptionRow> rows)
    {
        for (var i = 1; i < word.Length; i++)
        {
            var letter = word[i];
            var row = rows.FirstOrDefault(r => r.Letter == letter) ?? throw new UsageException($"there is no option -{letter}");
            if (row.Argument == ArgumentUse.None)
            {
                yield return (new(row, null), 0);
                continue;
            }

            if (i + 1 < word.Length)
            {
                yield return (new(row, word[(i + 1)..]), 0);
            }
            else if (row.Argument == ArgumentUse.Optional)
            {
                yield return (new(row, null), 0);
            }
            else
            {
                yield return (new(row, next ?? throw new UsageException($"-{letter} needs an argument")), 1);
            }

            yield break;
        }
    }

    private static (OptionRow Row, string Name) Find(string typed, IReadOnlyList<OptionRow> rows)
    {
        var names = rows.SelectMany(row => row.LongNames.Select(name => (Row: row, Name: name))).ToList();
        if (names.FirstOrDefault(n => n.Name == typed) is { Row: not null } exact)
        {
            return exact;
        }

        var candidates = names.Where(n => n.Name.StartsWith(typed, StringComparison.Ordinal)).ToList();
        if (candidates.Where(n => n.Row.Origin == OptionOrigin.Original).ToList() is { Count: > 0 } original)
        {
            candidates = original;
        }

        if (candidates.Count == 0)
        {
            throw new UsageException($"there is no option --{typed}");
        }

        // The C library takes several candidates for one option when they have the same letter and take the same kind of argument;
        // options without letter all count as the same, and the first in the table is meant. Scripts may rely on it.
        var first = candidates[0];
        return candidates.TrueForAll(c => c.Row.Letter == first.Row.Letter && c.Row.Argument == first.Row.Argument)
            ? first
            : throw new UsageException($"--{typed} could mean {string.Join(" or ", candidates.Select(c => "--" + c.Name))}");
    }
}

/// <summary>Where operands may stand.</summary>
internal enum OperandOrder
{
    /// <summary>Between options too, as GNU programs have it.</summary>
    Anywhere,

    /// <summary>After all options: the environment variable POSIXLY_CORRECT asks for it.</summary>
    AfterOptions,
}
