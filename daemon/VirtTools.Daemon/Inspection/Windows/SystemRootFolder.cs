namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>Finds the folder of a Windows on a file system.</summary>
internal static class SystemRootFolder
{
    private const string BootFile = "/boot.ini";
    private const string BootEntries = "[operating systems]";
    private const int MostEntries = 20;
    private const string PartitionMark = "partition(";

    /// <summary>In the spelling of the version that used them last.</summary>
    private static readonly string[] Usual = ["/Windows", "/WINNT", "/win32", "/win", "/reactos"];

    /// <summary>The folder as the file system spells it; null where there is none.</summary>
    public static string? Find(GuestFiles files, WindowsPaths paths)
    {
        foreach (var candidate in Usual.Concat(Listed(files, paths).Take(MostEntries)))
        {
            if (paths.Find(candidate) is { } folder && IsOne(folder, files, paths))
            {
                return folder;
            }
        }

        return null;
    }

    // The program itself may be compressed in a way that only Windows reads, and is then shown as a link to nowhere.
    private static bool IsOne(string folder, GuestFiles files, WindowsPaths paths) =>
        paths.Find(folder + "/System32") is { } system && files.IsFolder(system)
        && paths.Find(system + "/config") is { } config && files.IsFolder(config)
        && paths.Find(system + "/cmd.exe") is not null;

    // Windows XP and older list theirs: multi(0)disk(0)rdisk(0)partition(1)\WINDOWS="Microsoft Windows XP" /fastdetect
    private static IEnumerable<string> Listed(GuestFiles files, WindowsPaths paths)
    {
        var text = paths.Find(BootFile) is { } boot ? files.ReadText(boot) : null;
        var isEntry = false;
        foreach (var raw in (text ?? "").Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith('['))
            {
                isEntry = line.StartsWith(BootEntries, StringComparison.OrdinalIgnoreCase);
            }
            else if (isEntry && FolderOf(line) is { } folder)
            {
                yield return folder;
            }
        }
    }

    private static string? FolderOf(string line)
    {
        var mark = line.IndexOf(PartitionMark, StringComparison.OrdinalIgnoreCase);
        var start = mark < 0 ? -1 : line.IndexOf('\\', mark);
        var end = start < 0 ? -1 : line.IndexOf('=', start);
        return end > start + 1 ? line[start..end].TrimEnd().Replace('\\', '/') : null;
    }
}
