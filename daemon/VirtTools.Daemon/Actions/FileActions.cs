using VirtTools.Daemon.Files;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on files and links: kinds, names, copies, removal.</summary>
internal sealed class FileActions(GuestRoot root) : UnsupportedFileActions
{
    private const uint NewFileMode = 0x1B6; // 0666, less the umask

    public override void Touch(string path)
    {
        if (root.TryStat(path, LastLink.Keep) is { Kind: not FileKind.Regular })
        {
            throw new DaemonException("EINVAL", $"{path}: touch can only be used on a regular file");
        }

        using var file = root.Open(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.NonBlocking, NewFileMode);
        Kernel.SetTimes(file, TimeValue.Now, TimeValue.Now);
    }

    public override void Rm(string path)
    {
        using var name = root.LocateName(path);
        Named(path, () => Kernel.Remove(name.Folder, name.Name));
    }

    public override void RmF(string path)
    {
        try
        {
            Rm(path);
        }
        catch (DaemonException e) when (e.ErrnoName == "ENOENT")
        {
            return;
        }
        catch (PosixException e) when (e.Errno == Errno.ENOENT)
        {
            return;
        }
    }

    public override void RmRf(string path)
    {
        if (path.AsSpan().Trim('/').IsEmpty)
        {
            throw new DaemonException("EINVAL", "cannot remove root directory");
        }

        Trees.Remove(root, path);
    }

    public override bool Exists(string path) => root.TryStat(path) is not null;

    public override bool IsFile(string path, bool? followSymlinks) => Is(path, followSymlinks, FileKind.Regular);

    public override bool IsDir(string path, bool? followSymlinks) => Is(path, followSymlinks, FileKind.Directory);

    public override bool IsChardev(string path, bool? followSymlinks) => Is(path, followSymlinks, FileKind.CharacterDevice);

    public override bool IsBlockdev(string path, bool? followSymlinks) => Is(path, followSymlinks, FileKind.BlockDevice);

    public override bool IsFifo(string path, bool? followSymlinks) => Is(path, followSymlinks, FileKind.Fifo);

    public override bool IsSocket(string path, bool? followSymlinks) => Is(path, followSymlinks, FileKind.Socket);

    public override bool IsSymlink(string path) => Is(path, false, FileKind.SymbolicLink);

    public override string File(string path)
    {
        if (path.StartsWith("/dev/", StringComparison.Ordinal))
        {
            return ProgramRunner.Run(["file", "-zbsL", "--", path]).TrimEnd('\n');
        }

        var kind = root.Stat(path, LastLink.Keep).Kind;
        if (kind != FileKind.Regular)
        {
            return Describe(kind);
        }

        using var file = root.OpenForReading(path);
        return ProgramRunner.Run(["file", "-zbL", "--", ProgramRunner.InheritedPath(0)], file).TrimEnd('\n');
    }

    public override string FileArchitecture(string filename) => BinaryArchitecture.Of(root, filename);

    public override void Cp(string src, string dest) => Trees.CopyFile(root, src, dest);

    public override void CpA(string src, string dest) => Trees.Copy(root, src, dest, CopyDepth.Everything);

    public override void CpR(string src, string dest) => Trees.Copy(root, src, dest, CopyDepth.Content);

    public override void Mv(string src, string dest) => Trees.Move(root, src, dest);

    public override void Rename(string oldPath, string newPath)
    {
        using var from = root.LocateName(oldPath);
        using var to = root.LocateName(newPath);
        Named($"{oldPath}: {newPath}", () => Kernel.Rename(from.Folder, from.Name, to.Folder, to.Name));
    }

    public override bool Equal(string file1, string file2)
    {
        using var first = root.OpenForReading(file1);
        using var second = root.OpenForReading(file2);
        ContentCopy.RequireContent(first, file1);
        ContentCopy.RequireContent(second, file2);
        return FileContent.AreEqual(first, second);
    }

    public override long Filesize(string file) => root.Stat(file).Size;

    public override string Realpath(string path)
    {
        using var located = root.Locate(path);
        return root.PathOf(located);
    }

    public override string Readlink(string path)
    {
        using var name = root.LocateName(path);
        return Named(path, () => Kernel.ReadLink(name.Folder, name.Name));
    }

    public override void Ln(string target, string linkName)
    {
        using var existing = root.LocateName(RequireAbsolute(target));
        using var link = root.LocateName(linkName);
        Named(linkName, () => Kernel.HardLink(existing.Folder, existing.Name, link.Folder, link.Name));
    }

    public override void LnF(string target, string linkName)
    {
        if (!Exists(RequireAbsolute(target)))
        {
            throw new DaemonException("ENOENT", $"{target}: no such file");
        }

        RmF(linkName);
        Ln(target, linkName);
    }

    public override void LnS(string target, string linkName)
    {
        using var link = root.LocateName(linkName);
        Named(linkName, () => Kernel.SymbolicLink(target, link.Folder, link.Name));
    }

    public override void LnSf(string target, string linkName)
    {
        RmF(linkName);
        LnS(target, linkName);
    }

    public override string CaseSensitivePath(string path) => CaseFolding.Find(root, path);

    public override string Mktemp(string tmpl, string? suffix)
    {
        return TemporaryName.Make(root, tmpl, suffix ?? "", Create);

        static void Create(NameInFolder place)
        {
            const uint PrivateMode = 0x180; // 0600
            Descriptors.OpenAt(place.Folder, place.Name, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive, PrivateMode).Dispose();
        }
    }

    private bool Is(string path, bool? follow, FileKind kind) =>
        root.TryStat(path, follow == true ? LastLink.Follow : LastLink.Keep) is { } status && status.Kind == kind;

    private static string RequireAbsolute(string target) =>
        target.StartsWith('/') ? target : throw new DaemonException("EINVAL", $"target: path must start with a / character: {target}");

    private static string Describe(FileKind kind) => kind switch
    {
        FileKind.Directory => "directory",
        FileKind.BlockDevice => "block device",
        FileKind.CharacterDevice => "character device",
        FileKind.Fifo => "FIFO",
        FileKind.SymbolicLink => "symbolic link",
        FileKind.Socket => "socket",
        _ => "unknown",
    };

    // System calls know the last name only; the message should tell the whole path.
    private static void Named(string path, Action change) => Named(path, () =>
    {
        change();
        return true;
    });

    private static T Named<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (PosixException e)
        {
            throw new DaemonException(e.ErrnoName, $"{path}: {Errno.Message(e.Errno)}");
        }
    }
}
