using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Files;

/// <summary>How much of a tree a copy keeps.</summary>
internal enum CopyDepth
{
    /// <summary>Names, content and modes less the umask.</summary>
    Content,

    /// <summary>Owners, modes, times, links and attributes too.</summary>
    Everything,
}

/// <summary>Copies, moves and removes files and trees of the guest.</summary>
internal static class Trees
{
    private const uint NewFileMode = 0x1B6; // 0666, less the umask
    private const long CopyBlock = 16 * 1024 * 1024;

    /// <summary>Copies the content of one file, like cp(1) without options.</summary>
    /// <exception cref="PosixException">A path is missing, or writing failed.</exception>
    /// <exception cref="DaemonException">EISDIR: the source is a folder.</exception>
    public static void CopyFile(GuestRoot root, string source, string destination)
    {
        using var from = root.OpenForReading(source);
        var status = Descriptors.Stat(from);
        if (status.Kind == FileKind.Directory)
        {
            throw new DaemonException("EISDIR", $"{source}: Is a directory");
        }

        destination = Inside(root, source, destination);
        if (root.TryStat(destination) is { } existing && existing.Device == status.Device && existing.Inode == status.Inode)
        {
            throw new DaemonException("EINVAL", $"{source} and {destination} are the same file");
        }

        using var to = root.Open(destination, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, status.Permissions & NewFileMode | status.Permissions & 0x49);
        var copied = Kernel.TryCopyRange(from, to, CopyBlock);
        while (copied > 0)
        {
            copied = Kernel.TryCopyRange(from, to, CopyBlock);
        }

        // Not all pairs of file systems can, and files of /proc pretend to be empty: reading and writing always works.
        if (copied <= 0)
        {
            foreach (var block in FileContent.Blocks(from))
            {
                Descriptors.WriteAll(to, block.Span);
            }
        }
    }

    /// <summary>Copies a file or a tree.</summary>
    /// <exception cref="DaemonException">cp failed; the message is its own.</exception>
    /// <exception cref="PosixException">A path is missing.</exception>
    public static void Copy(GuestRoot root, string source, string destination, CopyDepth depth)
    {
        using var from = LocateExisting(root, source);
        using var to = root.LocateName(Inside(root, source, destination));

        // Existing files are removed, not opened: cp would otherwise write through a link that lies where the copy goes.
        ProgramRunner.Run(
            ["cp", depth == CopyDepth.Everything ? "-a" : "-r", "--remove-destination", "-T", "--", Seen(0, from), Seen(1, to)], from.Folder, to.Folder);
    }

    /// <summary>Moves a file or a tree, between file systems too.</summary>
    /// <exception cref="DaemonException">Not possible.</exception>
    /// <exception cref="PosixException">A path is missing.</exception>
    public static void Move(GuestRoot root, string source, string destination)
    {
        using var from = LocateExisting(root, source);
        var target = Inside(root, source, destination);
        using var to = root.LocateName(target);
        try
        {
            Kernel.Rename(from.Folder, from.Name, to.Folder, to.Name);
        }
        catch (PosixException e) when (e.Errno == Errno.EXDEV)
        {
            Copy(root, source, target, CopyDepth.Everything);
            Remove(root, source);
        }
        catch (PosixException e)
        {
            throw new DaemonException(e.ErrnoName, $"{source}: {target}: {Errno.Message(e.Errno)}");
        }
    }

    /// <summary>Removes a file or a tree; that there is none is no error.</summary>
    /// <exception cref="DaemonException">Something cannot be removed.</exception>
    public static void Remove(GuestRoot root, string path)
    {
        try
        {
            using var name = root.LocateName(path);
            if (Kernel.TryStatus(name.Folder, name.Name) is not { } status)
            {
                return;
            }

            if (status.Kind != FileKind.Directory)
            {
                Kernel.Remove(name.Folder, name.Name);
                return;
            }

            using (var folder = FolderWalk.Open(name.Folder, name.Name))
            {
                FolderWalk.RemoveContent(folder);
            }

            Kernel.RemoveEmptyFolder(name.Folder, name.Name);
        }
        catch (PosixException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return;
        }
        catch (PosixException e)
        {
            throw new DaemonException(e.ErrnoName, $"{path}: {e.Message}");
        }
    }

    // A destination that is a folder takes the source's name.
    private static string Inside(GuestRoot root, string source, string destination) =>
        root.TryStat(destination) is { Kind: FileKind.Directory }
            ? $"{destination.TrimEnd('/')}/{source.TrimEnd('/')[(source.TrimEnd('/').LastIndexOf('/') + 1)..]}"
            : destination;

    private static NameInFolder LocateExisting(GuestRoot root, string path)
    {
        var name = root.LocateName(path);
        if (Kernel.TryStatus(name.Folder, name.Name) is null)
        {
            name.Dispose();
            throw new DaemonException("ENOENT", $"{path}: No such file or directory");
        }

        return name;
    }

    private static string Seen(int index, NameInFolder name) => $"{ProgramRunner.InheritedPath(index)}/{name.Name}";
}
