using System.Text;

namespace VirtTools.CommandLine.Output;

/// <summary>
/// Makes text from a guest harmless for terminals and logs: control characters, bytes that are no UTF-8 and marks that turn the direction of
/// writing become visible escapes.
/// </summary>
internal static class Printable
{
    /// <summary>The text on one line, with each dangerous character as <c>\n</c>, <c>\x1b</c> or <c>\u202e</c>.</summary>
    public static string Line(string text) => Escape(text, keepLines: false);

    /// <summary>As <see cref="Line"/>, but newlines and tabs stay.</summary>
    public static string Lines(string text) => Escape(text, keepLines: true);

    /// <summary>Writes one character as an escape.</summary>
    public static void AppendEscape(StringBuilder text, char c) => text.Append(c switch
    {
        '\n' => "\\n",
        '\t' => "\\t",
        '\r' => "\\r",
        >= '\udc80' and <= '\udcff' => $"\\x{c - '\udc00':x2}",
        < '\x80' => $"\\x{(int)c:x2}",
        _ => $"\\u{(int)c:x4}",
    });

    /// <summary>Whether a terminal shows the character and does nothing else; newline and tab count as harmless.</summary>
    public static bool IsHarmless(char c) => c switch
    {
        '\n' or '\t' => true,
        < ' ' or '\x7f' => false,
        >= '\u0080' and <= '\u009f' => false,
        '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') => false,
        _ => true,
    };

    private static string Escape(string text, bool keepLines)
    {
        var escaped = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                escaped.Append(c).Append(text[++i]);
            }
            else if (char.IsSurrogate(c) || !IsHarmless(c) || (!keepLines && c is ('\n' or '\t')))
            {
                AppendEscape(escaped, c);
            }
            else
            {
                escaped.Append(c);
            }
        }

        return escaped.ToString();
    }
}
