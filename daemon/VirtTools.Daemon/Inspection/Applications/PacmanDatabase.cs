namespace VirtTools.Daemon.Inspection.Applications;

/// <summary>Packages of Arch Linux and its relatives: a folder each, in which a file <c>desc</c> has names between percent signs and values below.</summary>
internal static class PacmanDatabase
{
    private const string DatabaseFolder = "/var/lib/pacman/local";
    private const long LargestFile = 1024 * 1024;
    private const int MostPackages = 50_000;

    public static IEnumerable<Application2> Read(GuestFiles files) => files.Names(DatabaseFolder, MostPackages)
        .Select(name => ParsePackage(files.Lines($"{DatabaseFolder}/{name}/desc", LargestFile)))
        .OfType<Application2>();

    /// <summary>One package; null where the file names none.</summary>
    public static Application2? ParsePackage(IEnumerable<string> lines)
    {
        var package = new Package();
        var section = "";
        foreach (var line in lines)
        {
            if (line is ['%', .., '%'])
            {
                section = line;
            }
            else if (line.Length > 0)
            {
                Set(package, section, line);
                section = "";
            }
        }

        return package.Name.Length > 0 && package.Version.Version.Length > 0 ? package.ToApplication() : null;
    }

    private static void Set(Package package, string section, string value)
    {
        switch (section)
        {
            case "%NAME%":
                package.Name = value;
                break;
            case "%VERSION%":
                package.Version = PackageVersion.Parse(value);
                break;
            case "%BASE%":
                package.Source = value;
                break;
            case "%DESC%":
                package.Description = value;
                break;
            case "%URL%":
                package.Url = value;
                break;
            case "%ARCH%":
                package.Architecture = value;
                break;
            case "%PACKAGER%":
                package.Publisher = value;
                break;
        }
    }
}
