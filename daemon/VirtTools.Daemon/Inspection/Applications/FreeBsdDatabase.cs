using VirtTools.Daemon.Inspection.Applications.Sqlite;

namespace VirtTools.Daemon.Inspection.Applications;

/// <summary>Packages of FreeBSD: a database of SQLite.</summary>
internal static class FreeBsdDatabase
{
    private const string Path = "/var/db/pkg/local.sqlite";
    private const long Allowance = 512L * 1024 * 1024;

    public static IEnumerable<Application2> Read(GuestFiles files)
    {
        using var file = files.Open(Path, Allowance);
        if (file is null)
        {
            yield break;
        }

        using var log = files.Open(Path + SqliteDatabase.LogSuffix, Allowance);
        foreach (var row in new SqliteDatabase(file, log).Rows("packages"))
        {
            if (row.Text("name") is { Length: > 0 } name)
            {
                yield return new Package
                {
                    Name = name,
                    Version = ParseVersion(row.Text("version")),
                    Architecture = row.Text("arch"),
                    Publisher = row.Text("maintainer"),
                    Url = row.Text("www"),
                    Source = row.Text("origin"),
                    Summary = row.Text("comment"),
                    Description = row.Text("desc"),
                }.ToApplication() with { App2InstallPath = row.Text("prefix") };
            }
        }
    }

    // FreeBSD Porter's Handbook, 5.2: VERSION[_REVISION][,EPOCH]
    internal static PackageVersion ParseVersion(string text)
    {
        var comma = text.LastIndexOf(',');
        if (comma >= 0 && int.TryParse(text.AsSpan(comma + 1), System.Globalization.NumberStyles.None, null, out var epoch))
        {
            text = text[..comma];
        }
        else
        {
            epoch = 0;
        }

        var underscore = text.LastIndexOf('_');
        return underscore < 0 ? new(epoch, text, "") : new(epoch, text[..underscore], text[(underscore + 1)..]);
    }
}
