namespace VirtTools.Appliance;

/// <summary>Which mirror of Debian's archive the host is set up to use (sources.list(5)).</summary>
internal static class AptSources
{
    private const string Folder = "/etc/apt";

    /// <summary>The mirrors of the archive and of its security updates; null where the host names none.</summary>
    public static (string? Main, string? Security) ReadHost()
    {
        List<string> files = [$"{Folder}/sources.list"];
        if (Directory.Exists($"{Folder}/sources.list.d"))
        {
            files.AddRange(Directory.EnumerateFiles($"{Folder}/sources.list.d").Order(StringComparer.Ordinal));
        }

        string? main = null, security = null;
        foreach (var file in files.Where(File.Exists))
        {
            string text;
            try
            {
                text = File.ReadAllText(file);
            }
            catch (UnauthorizedAccessException)
            {
                continue;
            }

            var (fileMain, fileSecurity) = file.EndsWith(".sources", StringComparison.Ordinal) ? ReadDeb822(text) : ReadLines(text);
            main ??= fileMain;
            security ??= fileSecurity;
        }

        return (main, security);
    }

    /// <summary>Reads the one-line style: <c>deb [options] uri suite component...</c>.</summary>
    internal static (string? Main, string? Security) ReadLines(string text)
    {
        string? main = null, security = null;
        foreach (var line in text.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("deb ", StringComparison.Ordinal)))
        {
            var rest = line[4..].Trim();
            if (rest.StartsWith('['))
            {
                rest = rest[(rest.IndexOf(']') + 1)..].Trim();
            }

            if (rest.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var uri, var suite, ..])
            {
                Take(uri, [suite], ref main, ref security);
            }
        }

        return (main, security);
    }

    /// <summary>Reads the deb822 style: paragraphs with Types, URIs and Suites.</summary>
    internal static (string? Main, string? Security) ReadDeb822(string text)
    {
        string? main = null, security = null;
        var lines = text.Split('\n').Where(line => !line.StartsWith('#'));
        foreach (var paragraph in string.Join('\n', lines).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var line in paragraph.Split('\n').Where(line => line.Contains(':') && !line.StartsWith(' ')))
            {
                var colon = line.IndexOf(':');
                fields[line[..colon].Trim()] = line[(colon + 1)..].Trim();
            }

            if (fields.TryGetValue("URIs", out var uris)
                && fields.TryGetValue("Suites", out var suites)
                && !fields.GetValueOrDefault("Enabled", "yes").Equals("no", StringComparison.OrdinalIgnoreCase)
                && fields.GetValueOrDefault("Types", "deb").Split(' ').Contains("deb"))
            {
                Take(uris.Split(' ')[0], suites.Split(' ', StringSplitOptions.RemoveEmptyEntries), ref main, ref security);
            }
        }

        return (main, security);
    }

    // A mirror that holds this suite on the host holds the whole of it. Signatures are checked, so a wrong guess can only fail.
    private static void Take(string uri, string[] suites, ref string? main, ref string? security)
    {
        if (suites.Contains(ApplianceRecipe.Suite))
        {
            main ??= uri;
        }

        if (suites.Contains(ApplianceRecipe.Suite + "-security"))
        {
            security ??= uri;
        }
    }
}
