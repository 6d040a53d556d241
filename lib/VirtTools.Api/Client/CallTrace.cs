using System.Globalization;
using System.Text;

namespace VirtTools;

/// <summary>The text of one call for trace events: name, arguments, then the result. Passphrases are never in it.</summary>
internal sealed class CallTrace(string action)
{
    private const int LongestValue = 256;

    private readonly StringBuilder _text = new(action);

    public string Action { get; } = action;

    public string Text => _text.ToString();

    public void Argument(string name, string? value, bool optional = false)
    {
        _text.Append(' ');
        if (optional)
        {
            _text.Append(name).Append(':');
        }

        _text.Append(value is null ? "NULL" : Quote(value));
    }

    public void Number(string name, long value, bool optional = false)
    {
        _text.Append(' ');
        if (optional)
        {
            _text.Append(name).Append(':');
        }

        _text.Append(value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A passphrase, which is not shown.</summary>
    /// <param name="optionalName">Name of the argument where it is an optional one.</param>
    public void Secret(string? optionalName = null) => _text.Append(optionalName is null ? " ***" : $" {optionalName}:***");

    /// <summary>The result as one line.</summary>
    public string WithResult(string result) => $"{Action} = {result}";

    public static string Format(object? result) => result switch
    {
        null => "NULL",
        bool flag => flag ? "1" : "0",
        string text => Quote(text),
        IReadOnlyCollection<string> list => "[" + string.Join(", ", list.Take(32).Select(Quote)) + (list.Count > 32 ? ", ..." : "") + "]",
        byte[] bytes => $"<{bytes.Length} bytes>",
        IReadOnlyCollection<KeyValuePair<string, string>> pairs =>
            "[" + string.Join(", ", pairs.Take(32).Select(p => $"{Quote(p.Key)}: {Quote(p.Value)}")) + "]",
        System.Collections.ICollection items => $"<{items.Count} items>",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => "<struct>",
    };

    private static string Quote(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var c in value.Length > LongestValue ? value.AsSpan(0, LongestValue) : value)
        {
            text.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\t' => "\\t",
                '\r' => "\\r",
                < ' ' or '\x7f' => $"\\x{(int)c:x2}",
                >= '\udc80' and <= '\udcff' => $"\\x{c - '\udc00':x2}",
                _ => c.ToString(),
            });
        }

        return text.Append(value.Length > LongestValue ? "\"<truncated>" : "\"").ToString();
    }
}
