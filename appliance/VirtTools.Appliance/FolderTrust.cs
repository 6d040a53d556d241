using VirtTools.Posix;

namespace VirtTools.Appliance;

/// <summary>Decides whether only we and root can put something at a path.</summary>
internal static class FolderTrust
{
    private const uint OthersMayWrite = 0x12; // 0022
    private const uint Sticky = 0x200; // 01000
    private const int MaxLinks = 40; // as the kernel (ELOOP)

    /// <summary>
    /// Walks a path and follows its symbolic links. Each folder on the way must belong to us or root and be closed to other writers, unless it is
    /// sticky; each link must belong to us or root.
    /// </summary>
    /// <returns>The path without symbolic links.</returns>
    /// <exception cref="ApplianceException">Somebody else could change what the path leads to.</exception>
    /// <exception cref="PosixException">The path leads nowhere.</exception>
    public static string Check(string path) => Check(path, UserIdentity.Effective);

    /// <summary>As <see cref="Check(string)"/>, for a given user.</summary>
    /// <exception cref="ApplianceException">Somebody else could change what the path leads to.</exception>
    /// <exception cref="PosixException">The path leads nowhere.</exception>
    internal static string Check(string path, uint user)
    {
        var todo = new Stack<string>(Parts(path).Reverse());
        List<string> walked = [];
        var links = 0;
        CheckFolder("/", user);
        while (todo.TryPop(out var part))
        {
            if (part == "..")
            {
                walked = walked[..Math.Max(0, walked.Count - 1)];
                continue;
            }

            var current = $"/{string.Join('/', walked.Append(part))}";
            if (Descriptors.LStat(current) is not { Kind: FileKind.SymbolicLink } link)
            {
                CheckFolder(current, user);
                walked.Add(part);
                continue;
            }

            if (link.UserId != 0 && link.UserId != user)
            {
                throw new ApplianceException($"{path}: the symbolic link {current} belongs to uid {link.UserId}, who could point it elsewhere: set LIBGUESTFS_CACHEDIR to a folder of your own");
            }

            if (++links > MaxLinks)
            {
                throw new PosixException(Errno.ELOOP, path);
            }

            var target = Descriptors.ReadLink(current);
            if (target.StartsWith('/'))
            {
                walked = [];
            }

            foreach (var next in Parts(target).Reverse())
            {
                todo.Push(next);
            }
        }

        return $"/{string.Join('/', walked)}";
    }

    private static void CheckFolder(string folder, uint user)
    {
        var status = Descriptors.LStat(folder);
        if (status.Kind != FileKind.Directory)
        {
            throw new PosixException(Errno.ENOTDIR, folder);
        }

        if (status.UserId != 0 && status.UserId != user)
        {
            throw new ApplianceException($"{folder} belongs to uid {status.UserId}, who could replace the cache below it: set LIBGUESTFS_CACHEDIR to a folder of your own");
        }

        if ((status.Permissions & OthersMayWrite) != 0 && (status.Permissions & Sticky) == 0)
        {
            throw new ApplianceException($"{folder} can be written by others, who could replace the cache below it: set LIBGUESTFS_CACHEDIR to a folder of your own");
        }
    }

    private static IEnumerable<string> Parts(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".");
}
