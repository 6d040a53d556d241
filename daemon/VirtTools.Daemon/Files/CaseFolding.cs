using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Files;

/// <summary>Finds how a path is spelled on a file system that keeps case but does not heed it.</summary>
internal static class CaseFolding
{
    /// <summary>The path as the folders spell it; the last name may be missing and is then returned as given.</summary>
    /// <exception cref="DaemonException">ENOENT, or EINVAL where several names differ in case only.</exception>
    public static string Find(GuestRoot root, string path)
    {
        var found = "";
        var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < names.Length; i++)
        {
            if (names[i] is "." or "..")
            {
                throw new DaemonException("EINVAL", $"{path}: path contained . or .. elements");
            }

            var match = Match(root, found.Length == 0 ? "/" : found, names[i]);
            if (match is null && i < names.Length - 1)
            {
                throw new DaemonException("ENOENT", $"{path}: no file or directory {names[i]} in {(found.Length == 0 ? "/" : found)}");
            }

            found = $"{found}/{match ?? names[i]}";
        }

        return found.Length == 0 ? "/" : found;
    }

    // A name spelled exactly so wins over others that differ in case.
    private static string? Match(GuestRoot root, string folder, string name)
    {
        using var opened = root.OpenFolder(folder);
        string? match = null;
        var several = false;
        foreach (var entry in Folder.Entries(opened))
        {
            if (entry.Name == name)
            {
                return name;
            }

            if (string.Equals(entry.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                several = match is not null;
                match = entry.Name;
            }
        }

        return several ? throw new DaemonException("EINVAL", $"{folder}: several names differ from {name} in case only") : match;
    }
}
