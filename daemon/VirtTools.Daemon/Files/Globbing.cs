using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Files;

/// <summary>Expands shell patterns against the guest's tree, as glob(3) with GLOB_BRACE does.</summary>
internal static class Globbing
{
    private const int MostAlternatives = 1024;

    /// <summary>The paths that match, sorted for each alternative of the braces.</summary>
    /// <exception cref="DaemonException">E2BIG: too many alternatives in braces.</exception>
    public static string[] Expand(GuestRoot root, string pattern, bool markFolders)
    {
        var matches = new List<string>();
        foreach (var alternative in Braces(pattern))
        {
            var found = Match(root, alternative);
            found.Sort(StringComparer.Ordinal);
            matches.AddRange(found.Select(path => markFolders ? Marked(root, path) : path));
        }

        return [.. matches];
    }

    /// <summary>Takes the braces apart: <c>a{b,c}d</c> is <c>abd</c> and <c>acd</c>.</summary>
    /// <exception cref="DaemonException">E2BIG: too many alternatives.</exception>
    public static List<string> Braces(string pattern)
    {
        var done = new List<string>();
        var pending = new Stack<string>([pattern]);
        while (pending.TryPop(out var text))
        {
            if (done.Count + pending.Count > MostAlternatives)
            {
                throw new DaemonException("E2BIG", $"{pattern}: more than {MostAlternatives} alternatives in braces");
            }

            if (!TrySplit(text, out var before, out var inner, out var after))
            {
                done.Add(text);
                continue;
            }

            for (var i = inner.Count - 1; i >= 0; i--)
            {
                pending.Push(before + inner[i] + after);
            }
        }

        return done;
    }

    private static bool TrySplit(string text, out string before, out List<string> inner, out string after)
    {
        (before, inner, after) = ("", [], "");
        for (var open = text.IndexOf('{'); open >= 0; open = text.IndexOf('{', open + 1))
        {
            var depth = 0;
            var start = open + 1;
            inner = [];
            for (var i = open; i < text.Length; i++)
            {
                if (text[i] == '{')
                {
                    depth++;
                }
                else if (text[i] == ',' && depth == 1)
                {
                    inner.Add(text[start..i]);
                    start = i + 1;
                }
                else if (text[i] == '}' && --depth == 0)
                {
                    // {} stands for itself, as in the shell.
                    if (i == open + 1)
                    {
                        break;
                    }

                    inner.Add(text[start..i]);
                    (before, after) = (text[..open], text[(i + 1)..]);
                    return true;
                }
            }
        }

        return false;
    }

    private static List<string> Match(GuestRoot root, string pattern)
    {
        List<string> places = [""];
        var parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0)
        {
            return ["/"];
        }

        for (var i = 0; i < parts.Length; i++)
        {
            var last = i == parts.Length - 1;
            places = WildcardPattern.HasWildcard(parts[i])
                ? [.. places.SelectMany(place => Matching(root, place, parts[i], last))]
                : [.. places.Select(place => $"{place}/{WildcardPattern.Unescape(parts[i])}").Where(path => Exists(root, path))];
        }

        return pattern.EndsWith('/') ? [.. places.Where(path => IsFolder(root, path)).Select(path => path + "/")] : places;
    }

    private static IEnumerable<string> Matching(GuestRoot root, string place, string pattern, bool last)
    {
        var folder = place.Length == 0 ? "/" : place;
        if (!IsFolder(root, folder))
        {
            yield break;
        }

        using var opened = root.OpenFolder(folder);
        foreach (var entry in Folder.Entries(opened).ToArray())
        {
            var path = $"{place}/{entry.Name}";
            if (WildcardPattern.Matches(pattern, entry.Name) && (last || IsFolder(root, path)))
            {
                yield return path;
            }
        }
    }

    private static bool Exists(GuestRoot root, string path) => Try(() => root.TryStat(path, LastLink.Keep)) is not null;

    private static bool IsFolder(GuestRoot root, string path) => Try(() => root.TryStat(path)) is { Kind: FileKind.Directory };

    private static string Marked(GuestRoot root, string path) => !path.EndsWith('/') && IsFolder(root, path) ? path + "/" : path;

    // A loop of links or a name too long matches nothing, as in glob(3).
    private static FileStatus? Try(Func<FileStatus?> stat)
    {
        try
        {
            return stat();
        }
        catch (PosixException)
        {
            return null;
        }
    }
}
