namespace VirtTools.Daemon.Inspection.Applications;

/// <summary>Packages of Alpine Linux: one file of paragraphs, whose lines begin with a letter and a colon.</summary>
internal static class ApkDatabase
{
    private const long MostBytes = 128L * 1024 * 1024;

    // In a system with a merged /usr since Alpine 3.22 the folder may have moved.
    private static readonly string[] Paths = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"];

    public static IEnumerable<Application2> Read(GuestFiles files) =>
        Array.Find(Paths, files.IsFile) is { } path ? Packages(files.Lines(path, MostBytes)) : [];

    /// <summary>The packages of the file.</summary>
    public static IEnumerable<Application2> Packages(IEnumerable<string> lines)
    {
        var package = new Package();
        foreach (var line in lines.Append(""))
        {
            if (line.Length >= 2 && line[1] == ':')
            {
                Set(package, line[0], line[2..]);
            }
            else if (line.Length == 0)
            {
                if (package.Name.Length > 0)
                {
                    yield return package.ToApplication();
                }

                package = new Package();
            }
        }
    }

    // apk writes the release as r3.
    private static PackageVersion VersionOf(string text)
    {
        var version = PackageVersion.Parse(text);
        return version.Release is ['r', >= '0' and <= '9', ..] ? version with { Release = version.Release[1..] } : version;
    }

    private static void Set(Package package, char field, string value)
    {
        switch (field)
        {
            case 'P':
                package.Name = value;
                break;
            case 'V':
                package.Version = VersionOf(value);
                break;
            case 'A':
                package.Architecture = value;
                break;
            case 'U':
                package.Url = value;
                break;
            case 'T':
                package.Summary = value;
                break;
            case 'o':
                package.Source = value;
                break;
            case 'm':
                package.Publisher = value;
                break;
        }
    }
}
