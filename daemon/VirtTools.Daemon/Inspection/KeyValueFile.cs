namespace VirtTools.Daemon.Inspection;

/// <summary>Files of lines <c>NAME=value</c> as a shell would read them: os-release(5), lsb-release, /etc/sysconfig.</summary>
internal static class KeyValueFile
{
    private const int LongestValue = 4096;

    /// <summary>Reads the assignments; a line that is none costs only itself, and of a name given twice the last one counts.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        var values = new Dictionary<string, string>();
        foreach (var line in text.Split('\n'))
        {
            var trimmed = line.Trim();
            var equals = trimmed.IndexOf('=');
            if (equals > 0 && trimmed[0] != '#')
            {
                values[trimmed[..equals].TrimEnd()] = TextBounds.Cut(Unquote(trimmed[(equals + 1)..]), LongestValue);
            }
        }

        return values;
    }

    /// <summary>The value of one variable in a file; null where it has none.</summary>
    public static string? Variable(GuestFiles files, string path, string name) =>
        files.ReadText(path) is { } text && Parse(text).GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    // Only what os-release(5) allows: quotes around the whole, backslashes inside double ones.
    private static string Unquote(string value)
    {
        if (value.Length < 2 || value[0] is not ('"' or '\'') || value[^1] != value[0])
        {
            return value;
        }

        var inner = value[1..^1];
        return value[0] == '\'' || !inner.Contains('\\') ? inner : RemoveBackslashes(inner);
    }

    private static string RemoveBackslashes(string text)
    {
        var plain = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\' or '$' or '`')
            {
                i++;
            }

            plain.Append(text[i]);
        }

        return plain.ToString();
    }
}
