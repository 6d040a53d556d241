using System.Text;

namespace VirtTools.Daemon.Inspection.Applications;

/// <summary>Packages of Debian and what is built from it: the paragraphs of deb822(5) in dpkg's status file, or one file a package in images without dpkg.</summary>
internal static class DpkgStatus
{
    private const string StatusFile = "/var/lib/dpkg/status";
    private const string StatusFolder = "/var/lib/dpkg/status.d";
    private const string SumsSuffix = ".md5sums";
    private const long MostBytes = 128L * 1024 * 1024;
    private const int MostFiles = 20_000;

    /// <summary>The packages that are installed.</summary>
    public static IEnumerable<Application2> Read(GuestFiles files) =>
        Packages(files.Lines(StatusFile, MostBytes), StatusNeed.Installed).Concat(
            files.Names(StatusFolder, MostFiles)
                .Where(name => !name.EndsWith(SumsSuffix, StringComparison.Ordinal))
                .SelectMany(name => Packages(files.Lines($"{StatusFolder}/{name}", MostBytes / MostFiles), StatusNeed.None)));

    /// <summary>The packages of a status file. A paragraph without a name or a version is none.</summary>
    public static IEnumerable<Application2> Packages(IEnumerable<string> lines, StatusNeed need)
    {
        var paragraph = new Paragraph();
        foreach (var line in lines)
        {
            if (line.Length > 0)
            {
                paragraph.Add(line);
                continue;
            }

            if (paragraph.ToApplication(need) is { } application)
            {
                yield return application;
            }

            paragraph = new Paragraph();
        }

        if (paragraph.ToApplication(need) is { } last)
        {
            yield return last;
        }
    }

    private sealed class Paragraph
    {
        private readonly Package _package = new();
        private readonly StringBuilder _description = new();
        private bool _isInstalled;
        private bool _isDescription;

        public void Add(string line)
        {
            if (line[0] is ' ' or '\t')
            {
                Continue(line);
                return;
            }

            var colon = line.IndexOf(':');
            var value = colon < 0 ? "" : line[(colon + 1)..].Trim();
            var field = colon < 0 ? "" : line[..colon];
            _isDescription = field == "Description";
            switch (field)
            {
                case "Package":
                    _package.Name = value;
                    break;
                case "Status":
                    _isInstalled = value.Split(' ').Contains("installed");
                    break;
                case "Version":
                    _package.Version = PackageVersion.Parse(value);
                    break;
                case "Architecture":
                    _package.Architecture = value;
                    break;
                case "Homepage":
                    _package.Url = value;
                    break;
                case "Source":
                    // The version of the source follows in parentheses where it is another one.
                    _package.Source = value.Split(' ')[0];
                    break;
                case "Description":
                    _package.Summary = value;
                    break;
            }
        }

        public Application2? ToApplication(StatusNeed need)
        {
            if (_package.Name.Length == 0 || _package.Version.Version.Length == 0 || (need == StatusNeed.Installed && !_isInstalled))
            {
                return null;
            }

            _package.Description = _description.ToString();
            return _package.ToApplication();
        }

        private void Continue(string line)
        {
            if (!_isDescription || _description.Length > ApplicationBounds.LongestText)
            {
                return;
            }

            if (_description.Length > 0)
            {
                _description.Append('\n');
            }

            _description.Append(line, 1, line.Length - 1);
        }
    }
}

/// <summary>Whether a paragraph must say that its package is installed.</summary>
internal enum StatusNeed
{
    /// <summary>It need not: the file is there.</summary>
    None,

    /// <summary>It must: the file also lists what was removed.</summary>
    Installed,
}
