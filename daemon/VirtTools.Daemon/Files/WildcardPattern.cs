using System.Text;

namespace VirtTools.Daemon.Files;

/// <summary>One name of a shell pattern (glob(7)): <c>*</c>, <c>?</c>, <c>[...]</c> and the backslash.</summary>
internal static class WildcardPattern
{
    /// <summary>Whether there is anything but plain characters.</summary>
    public static bool HasWildcard(string pattern)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\')
            {
                i++;
            }
            else if (pattern[i] is '*' or '?' or '[')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The plain characters without the backslashes before them.</summary>
    public static string Unescape(string pattern)
    {
        if (!pattern.Contains('\\'))
        {
            return pattern;
        }

        var plain = new StringBuilder();
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\' && i + 1 < pattern.Length)
            {
                i++;
            }

            plain.Append(pattern[i]);
        }

        return plain.ToString();
    }

    /// <summary>Whether a name matches. A dot at the start must be named.</summary>
    public static bool Matches(string pattern, string name)
    {
        if (name.StartsWith('.') && !pattern.StartsWith('.') && !pattern.StartsWith("\\.", StringComparison.Ordinal))
        {
            return false;
        }

        // Goes back to the last star only, which is enough and keeps hostile patterns linear.
        var (p, n, star, resume) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < pattern.Length && One(pattern, p, name[n], out var next))
            {
                p = next;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(p).TrimStart('*').IsEmpty;
    }

    private static bool One(string pattern, int position, char c, out int next)
    {
        next = position + 1;
        switch (pattern[position])
        {
            case '?':
                return true;
            case '[' when TrySet(pattern, position, c, out var inside, out var end):
                next = end;
                return inside;
            case '\\' when position + 1 < pattern.Length:
                next = position + 2;
                return pattern[position + 1] == c;
            default:
                return pattern[position] == c;
        }
    }

    // A bracket without its end stands for itself.
    private static bool TrySet(string pattern, int open, char c, out bool inside, out int end)
    {
        (inside, end) = (false, 0);
        var i = open + 1;
        var negated = i < pattern.Length && pattern[i] is ('!' or '^');
        i += negated ? 1 : 0;
        for (var first = i; i < pattern.Length; i++)
        {
            if (pattern[i] == ']' && i > first)
            {
                inside ^= negated;
                end = i + 1;
                return true;
            }

            var low = pattern[i];
            var high = low;
            if (i + 2 < pattern.Length && pattern[i + 1] == '-' && pattern[i + 2] != ']')
            {
                high = pattern[i + 2];
                i += 2;
            }

            inside |= c >= low && c <= high;
        }

        return false;
    }
}
