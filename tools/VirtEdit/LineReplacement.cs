using System.Text;
using System.Text.RegularExpressions;
using VirtTools.CommandLine.Options;

namespace VirtTools.Commands;

/// <summary>
/// One <c>--replace s/PATTERN/REPLACEMENT/FLAGS</c>. The expression is one of .NET without backtracking, so that no line of a guest makes it take
/// longer than its length asks for; look-around and back references are therefore not to be had.
/// </summary>
internal sealed class LineReplacement
{
    private const RegexOptions Always = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
    private const string Form = "--replace takes s/PATTERN/REPLACEMENT/ and the flags g (every match) and i (either case)";

    private readonly Regex _pattern;
    private readonly string _replacement;
    private readonly int _most;

    private LineReplacement(Regex pattern, string replacement, int most)
    {
        _pattern = pattern;
        _replacement = replacement;
        _most = most;
    }

    /// <summary>Reads the form above; any character but a letter, a digit, a blank or a backslash may stand in the place of the slashes.</summary>
    /// <exception cref="UsageException">It is not of that form, or the pattern is no regular expression.</exception>
    public static LineReplacement Parse(string text)
    {
        if (text.Length < 2 || text[0] != 's' || char.IsLetterOrDigit(text[1]) || char.IsWhiteSpace(text[1]) || text[1] == '\\')
        {
            throw new UsageException(Form);
        }

        var parts = Split(text, text[1]);
        if (parts.Count != 3 || parts[2].AsSpan().ContainsAnyExcept('g', 'i'))
        {
            throw new UsageException(Form);
        }

        try
        {
            var options = parts[2].Contains('i') ? Always | RegexOptions.IgnoreCase : Always;
            return new(new Regex(parts[0], options), Unescape(parts[1]), parts[2].Contains('g') ? -1 : 1);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new UsageException($"--replace {text}: {e.Message}");
        }
    }

    /// <summary>The line, its end included, after replacement.</summary>
    public string Apply(string line) => _pattern.Replace(line, _replacement, _most);

    // A backslash before the delimiter makes it an ordinary character; every other backslash is left to the expression.
    private static List<string> Split(string text, char delimiter)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        for (var i = 2; i < text.Length; i++)
        {
            if (text[i] == delimiter)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else if (text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
                part.Append(text[i] == delimiter ? "" : "\\").Append(text[i]);
            }
            else
            {
                part.Append(text[i]);
            }
        }

        parts.Add(part.ToString());
        return parts;
    }

    /// <summary>Of backslashes a replacement knows those before n, t and itself; what a match is put in with is .NET's: <c>$1</c>, <c>${name}</c>, <c>$&amp;</c>.</summary>
    private static string Unescape(string replacement)
    {
        var plain = new StringBuilder(replacement.Length);
        for (var i = 0; i < replacement.Length; i++)
        {
            if (replacement[i] != '\\')
            {
                plain.Append(replacement[i]);
                continue;
            }

            i++;
            plain.Append(i < replacement.Length ? replacement[i] switch
            {
                'n' => '\n',
                't' => '\t',
                '\\' => '\\',
                _ => throw Unknown(replacement[i]),
            } : throw Unknown(' '));
        }

        return plain.ToString();
    }

    private static UsageException Unknown(char escaped) =>
        new($"--replace: \\{escaped} means nothing in a replacement; there are \\n, \\t and \\\\, and a group is $1, not \\1");
}
