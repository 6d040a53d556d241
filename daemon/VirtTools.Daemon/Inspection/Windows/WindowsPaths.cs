using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Daemon.Inspection.Windows;

/// <summary>
/// Finds paths of a Windows as its folders spell them, upper or lower case. A folder is listed only where the usual spelling is not there, since
/// System32 has thousands of names.
/// </summary>
/// <param name="root">The mounted file system.</param>
/// <param name="heedsCase">Whether a name in another case is another name for the kernel: then one that is there is spelled so.</param>
internal sealed class WindowsPaths(GuestRoot root, bool heedsCase)
{
    /// <summary>Names that are looked at, of all folders together: the largest of a real Windows has some ten thousand.</summary>
    private const int MostNames = 1_000_000;

    private int _namesLeft = MostNames;

    /// <summary>The path, each name of which may be spelled otherwise; null where there is none, or something in it is broken.</summary>
    /// <param name="path">Absolute path with slashes, in the usual spelling.</param>
    public string? Find(string path)
    {
        if (heedsCase && Exists(path))
        {
            return path;
        }

        var found = "";
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (NameIn(found.Length == 0 ? "/" : found, name) is not { } spelled)
            {
                return null;
            }

            found = $"{found}/{spelled}";
        }

        return found.Length == 0 ? "/" : found;
    }

    /// <summary>The folders in a folder, sorted; at most so many.</summary>
    public IReadOnlyList<string> FoldersIn(string folder, int most)
    {
        var names = Names(folder).Where(entry => entry.Kind is EntryKind.Directory or EntryKind.Unknown).Select(entry => entry.Name).Take(most).ToList();
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private string? NameIn(string folder, string name)
    {
        if (name is "." or ".." || (heedsCase && Exists(folder == "/" ? "/" + name : $"{folder}/{name}")))
        {
            return name;
        }

        foreach (var entry in Names(folder))
        {
            if (entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return entry.Name;
            }
        }

        return null;
    }

    private List<FolderEntry> Names(string folder)
    {
        var names = new List<FolderEntry>();
        try
        {
            using var opened = root.OpenFolder(folder);
            names.AddRange(Folder.Entries(opened).Take(_namesLeft));
        }
        catch (PosixException)
        {
            // What could be read of a broken folder counts.
        }

        _namesLeft -= names.Count;
        return names;
    }

    private bool Exists(string path)
    {
        try
        {
            return root.TryStat(path, LastLink.Keep) is not null;
        }
        catch (PosixException)
        {
            return false;
        }
    }
}
