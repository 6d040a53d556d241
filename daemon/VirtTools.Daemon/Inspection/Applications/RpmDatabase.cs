using VirtTools.Daemon.Inspection.Applications.Rpm;
using VirtTools.Daemon.Inspection.Applications.Sqlite;

namespace VirtTools.Daemon.Inspection.Applications;

/// <summary>
/// Packages of Red Hat, SUSE and their relatives. A database of RPM is a set of headers, kept in one of three formats over time; no program of rpm
/// is needed to find them, and none of the guest's is run.
/// </summary>
internal static class RpmDatabase
{
    /// <summary>Most that is read of a database: more than any has, little enough to end soon.</summary>
    private const long Allowance = 768L * 1024 * 1024;

    /// <summary>Where it lies: of old, in openSUSE and new Fedora, in images of ostree.</summary>
    private static readonly string[] Folders = ["/var/lib/rpm", "/usr/lib/sysimage/rpm", "/usr/share/rpm"];

    /// <summary>The formats, the newest first. A guest that has changed over may still have the old file.</summary>
    private static readonly (string File, Func<GuestFiles, GuestFile, string, IEnumerable<byte[]>> Headers)[] Formats =
    [
        ("rpmdb.sqlite", SqliteHeaders),
        ("Packages.db", (_, file, _) => NdbPackages.Headers(file)),
        ("Packages", (_, file, _) => BerkeleyHash.Values(file)),
    ];

    /// <summary>The packages of the first database that has any.</summary>
    public static IEnumerable<Application2> Read(GuestFiles files) =>
        Folders.SelectMany(folder => Formats.Select(format => Read(files, $"{folder}/{format.File}", format.Headers)))
            .FirstOrDefault(packages => packages.Any()) ?? [];

    private static IEnumerable<Application2> Read(GuestFiles files, string path, Func<GuestFiles, GuestFile, string, IEnumerable<byte[]>> headers)
    {
        using var file = files.Open(path, Allowance);
        if (file is null)
        {
            yield break;
        }

        foreach (var blob in headers(files, file, path))
        {
            if (RpmHeader.Parse(blob)?.ToApplication() is { } application)
            {
                yield return application;
            }
        }
    }

    private static IEnumerable<byte[]> SqliteHeaders(GuestFiles files, GuestFile file, string path)
    {
        using var log = files.Open(path + SqliteDatabase.LogSuffix, Allowance);
        foreach (var row in new SqliteDatabase(file, log).Rows("Packages"))
        {
            if (row.Value("blob") is byte[] blob)
            {
                yield return blob;
            }
        }
    }
}
