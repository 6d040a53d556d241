using System.Net;

namespace VirtTools.Daemon.Inspection.Applications;

/// <summary>
/// Packages of Void Linux: a property list, a dictionary of packages each of which is a dictionary. It is read as proplib(3) writes it, one element
/// a line, so that nothing of it has to be kept and nothing can be nested too deeply.
/// </summary>
internal static class XbpsDatabase
{
    private const string DatabaseFolder = "/var/db/xbps";
    private const string FilePrefix = "pkgdb-";
    private const string FileSuffix = ".plist";
    private const long MostBytes = 128L * 1024 * 1024;
    private const int MostFiles = 1000;
    private const int DepthOfPackages = 2;

    public static IEnumerable<Application2> Read(GuestFiles files)
    {
        // The number in the name is the version of the format; the last one counts.
        var name = files.Names(DatabaseFolder, MostFiles).FindLast(
            file => file.StartsWith(FilePrefix, StringComparison.Ordinal) && file.EndsWith(FileSuffix, StringComparison.Ordinal));
        return name is null ? [] : Packages(files.Lines($"{DatabaseFolder}/{name}", MostBytes));
    }

    /// <summary>The packages of the list.</summary>
    public static IEnumerable<Application2> Packages(IEnumerable<string> lines)
    {
        var depth = 0;
        var key = "";
        var package = new Package();
        foreach (var line in lines)
        {
            var element = line.AsSpan().Trim();
            if (element is "<dict>" or "<array>")
            {
                depth++;
                key = "";
            }
            else if (element is "</dict>" or "</array>")
            {
                if (depth == DepthOfPackages)
                {
                    if (package.Name.Length > 0)
                    {
                        yield return package.ToApplication();
                    }

                    package = new Package();
                }

                depth--;
            }
            else if (Content(element, "key") is { } name)
            {
                key = name;
            }
            else if (depth == DepthOfPackages && Content(element, "string") is { } value)
            {
                Set(package, key, value);
                key = "";
            }
        }
    }

    private static string? Content(ReadOnlySpan<char> element, string tag) =>
        element.StartsWith($"<{tag}>") && element.EndsWith($"</{tag}>")
            ? WebUtility.HtmlDecode(element[(tag.Length + 2)..^(tag.Length + 3)].ToString())
            : null;

    private static void Set(Package package, string key, string value)
    {
        switch (key)
        {
            case "pkgver":
                // NAME-VERSION_REVISION
                var hyphen = value.LastIndexOf('-');
                var underscore = value.LastIndexOf('_');
                package.Name = hyphen > 0 ? value[..hyphen] : value;
                package.Version = hyphen <= 0 ? package.Version
                    : underscore > hyphen ? new(0, value[(hyphen + 1)..underscore], value[(underscore + 1)..])
                    : new(0, value[(hyphen + 1)..], "");
                break;
            case "architecture":
                package.Architecture = value;
                break;
            case "short_desc":
                package.Summary = value;
                break;
            case "homepage":
                package.Url = value;
                break;
            case "maintainer":
                package.Publisher = value;
                break;
        }
    }
}
