using VirtTools.Daemon.Files;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on directories.</summary>
internal sealed class DirectoryActions(GuestRoot root) : UnsupportedDirectoryActions
{
    private const uint FolderMode = 0x1FF; // 0777, less the umask
    private const uint PrivateFolderMode = 0x1C0; // 0700
    private const int LargestMode = 0xFFF; // 07777

    public override void Mkdir(string path) => Make(path, FolderMode);

    public override void MkdirMode(string path, int mode)
    {
        if (mode is < 0 or > LargestMode)
        {
            throw new DaemonException("EINVAL", $"{path}: mode is negative or larger than 07777");
        }

        Make(path, (uint)mode);
    }

    public override void MkdirP(string path)
    {
        var made = "";
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            made = $"{made}/{name}";
            switch (root.TryStat(made)?.Kind)
            {
                case FileKind.Directory:
                    continue;
                case null:
                    Make(made, FolderMode);
                    continue;
                default:
                    throw new DaemonException("ENOTDIR", $"{path}: {made} is not a directory");
            }
        }
    }

    public override void Rmdir(string path)
    {
        using var name = root.LocateName(path);
        try
        {
            Kernel.RemoveEmptyFolder(name.Folder, name.Name);
        }
        catch (PosixException e)
        {
            throw new DaemonException(e.ErrnoName, $"{path}: {Errno.Message(e.Errno)}");
        }
    }

    public override string Mkdtemp(string tmpl) =>
        TemporaryName.Make(root, tmpl, "", name => Kernel.MakeFolder(name.Folder, name.Name, PrivateFolderMode));

    public override string Ll(string directory)
    {
        using var folder = root.OpenFolder(directory);
        return ProgramRunner.Run(["ls", "-lan", ProgramRunner.InheritedPath(0) + "/"], folder);
    }

    public override string[] GlobExpand(string pattern, bool? directorySlash) => Globbing.Expand(root, pattern, directorySlash ?? true);

    public override void Find0(string directory, OutgoingFile files)
    {
        using var folder = root.OpenFolder(directory);
        var names = new NameStream(files);

        // The original cuts the argument off the paths that find(1) prints, and nothing else.
        var prefix = directory.EndsWith('/') ? "" : "/";
        foreach (var entry in FolderWalk.Below(folder))
        {
            names.Add(prefix + entry.Path);
        }

        names.Flush();
    }

    public override void Ls0(string dir, OutgoingFile filenames)
    {
        using var folder = root.OpenFolder(dir);
        var names = new NameStream(filenames);
        foreach (var entry in Folder.Entries(folder))
        {
            names.Add(entry.Name);
        }

        names.Flush();
    }

    public override void InternalReaddir(string dir, OutgoingFile filename)
    {
        using var folder = root.OpenFolder(dir);
        using var piece = new XdrWriter();
        foreach (var entry in Folder.AllEntries(folder))
        {
            // A piece holds whole records and fits into one chunk of the original's protocol.
            var end = piece.Length;
            StructCodecs.Write(piece, new Dirent((long)entry.Inode, Letter(entry.Kind), entry.Name));
            if (piece.Length <= Wire.Protocol.ChunkMax)
            {
                continue;
            }

            var record = piece.Written.Span[end..].ToArray();
            piece.Truncate(end);
            filename.Write(piece.Written.Span);
            piece.Clear();
            record.CopyTo(piece.Reserve(record.Length));
        }

        filename.Write(piece.Written.Span);
    }

    public override string[] InternalReadlinklist(string path, IReadOnlyList<string> names)
    {
        using var folder = root.Open(path, OpenFlags.PathOnly | OpenFlags.Directory);
        var targets = new string[names.Count];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = LinkOrEmpty(folder, names[i]);
        }

        return targets;
    }

    private void Make(string path, uint mode)
    {
        using var name = root.LocateName(path);
        try
        {
            Kernel.MakeFolder(name.Folder, name.Name, mode);
        }
        catch (PosixException e)
        {
            throw new DaemonException(e.ErrnoName, $"{path}: {Errno.Message(e.Errno)}");
        }
    }

    private static string LinkOrEmpty(Microsoft.Win32.SafeHandles.SafeFileHandle folder, string name)
    {
        try
        {
            return Kernel.ReadLink(folder, name);
        }
        catch (PosixException)
        {
            return "";
        }
    }

    private static char Letter(EntryKind kind) => kind switch
    {
        EntryKind.Regular => 'r',
        EntryKind.Directory => 'd',
        EntryKind.SymbolicLink => 'l',
        EntryKind.BlockDevice => 'b',
        EntryKind.CharacterDevice => 'c',
        EntryKind.Fifo => 'f',
        EntryKind.Socket => 's',
        EntryKind.Unknown => 'u',
        _ => '?',
    };
}
