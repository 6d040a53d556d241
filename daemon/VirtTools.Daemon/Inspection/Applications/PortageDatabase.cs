using System.Text.RegularExpressions;

namespace VirtTools.Daemon.Inspection.Applications;

/// <summary>Packages of Gentoo: a folder for each category, in it one for each package and version, in it a file for each field.</summary>
internal static partial class PortageDatabase
{
    private const string DatabaseFolder = "/var/db/pkg";
    private const int MostCategories = 1000;
    private const int MostPackages = 10_000;

    public static IEnumerable<Application2> Read(GuestFiles files) => files.Names(DatabaseFolder, MostCategories)
        .SelectMany(category => files.Names($"{DatabaseFolder}/{category}", MostPackages).Select(folder => ReadPackage(files, category, folder)))
        .OfType<Application2>();

    private static Application2? ReadPackage(GuestFiles files, string category, string folder)
    {
        if (NameAndVersion().Match(folder) is not { Success: true } match)
        {
            return null;
        }

        var place = $"{DatabaseFolder}/{category}/{folder}";
        return new Package
        {
            Name = $"{category}/{match.Groups[1].Value}",
            Version = new(0, match.Groups[2].Value, match.Groups[3].Value),
            Architecture = (files.ReadLine(place + "/CHOST") ?? "").Split('-')[0],
            Url = (files.ReadLine(place + "/HOMEPAGE") ?? "").Split(' ')[0],
            Summary = files.ReadLine(place + "/DESCRIPTION") ?? "",
        }.ToApplication();
    }

    // Package Manager Specification, 3.1.2 and 3.2: no part of a name looks like a version behind a hyphen; a revision may follow.
    [GeneratedRegex("^([A-Za-z0-9_][A-Za-z0-9+_-]*?)-([0-9][A-Za-z0-9._]*)(?:-(r[0-9]+))?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NameAndVersion();
}
