using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Native;
using VirtTools.Posix;

namespace VirtTools.Daemon.Paths;

/// <summary>Something below a folder.</summary>
/// <param name="Folder">The folder that holds it, open while the entry is current.</param>
/// <param name="Path">Path relative to where the walk began.</param>
internal readonly record struct WalkEntry(SafeFileHandle Folder, string Name, string Path, EntryKind Kind);

/// <summary>
/// Walks a tree by descriptors: each folder is opened by its name in its parent and never through a link, so the walk cannot leave the tree.
/// </summary>
internal static class FolderWalk
{
    /// <summary>One descriptor is open for each level.</summary>
    public const int DeepestLevel = 512;

    /// <summary>Everything below a folder, a folder before what it holds, in the order of the file system.</summary>
    /// <exception cref="PosixException">A folder cannot be read; ENAMETOOLONG where the tree is deeper than <see cref="DeepestLevel"/>.</exception>
    public static IEnumerable<WalkEntry> Below(SafeFileHandle folder) => Below(folder, "", 0);

    /// <summary>Removes everything below a folder.</summary>
    /// <exception cref="PosixException">Something cannot be removed.</exception>
    public static void RemoveContent(SafeFileHandle folder) => RemoveContent(folder, 0);

    /// <summary>Opens a folder by its name in another; a link is refused.</summary>
    /// <exception cref="PosixException">ENOTDIR, ELOOP or another reason.</exception>
    public static SafeFileHandle Open(SafeFileHandle parent, string name) =>
        Descriptors.OpenAt(parent, name, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow);

    private static IEnumerable<WalkEntry> Below(SafeFileHandle folder, string prefix, int level)
    {
        RefuseDepth(prefix, level);
        foreach (var entry in Folder.Entries(folder))
        {
            var path = prefix + entry.Name;
            var kind = entry.Kind == EntryKind.Unknown ? KindOf(folder, entry.Name) : entry.Kind;
            yield return new(folder, entry.Name, path, kind);
            if (kind != EntryKind.Directory)
            {
                continue;
            }

            using var inner = Open(folder, entry.Name);
            foreach (var below in Below(inner, path + "/", level + 1))
            {
                yield return below;
            }
        }
    }

    private static void RemoveContent(SafeFileHandle folder, int level)
    {
        RefuseDepth("", level);

        // Names first: some file systems skip entries where others are removed while reading.
        foreach (var entry in Folder.Entries(folder).ToArray())
        {
            var kind = entry.Kind == EntryKind.Unknown ? KindOf(folder, entry.Name) : entry.Kind;
            if (kind != EntryKind.Directory)
            {
                Kernel.Remove(folder, entry.Name);
                continue;
            }

            using (var inner = Open(folder, entry.Name))
            {
                RemoveContent(inner, level + 1);
            }

            Kernel.RemoveEmptyFolder(folder, entry.Name);
        }
    }

    // File systems that do not keep the kind in the folder, such as XFS without ftype.
    private static EntryKind KindOf(SafeFileHandle folder, string name) =>
        Kernel.TryStatus(folder, name) is { } status ? (EntryKind)((int)status.Kind >> 12) : EntryKind.Unknown;

    private static void RefuseDepth(string path, int level)
    {
        if (level > DeepestLevel)
        {
            throw new PosixException(Errno.ENAMETOOLONG, path);
        }
    }
}
