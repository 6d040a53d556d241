using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Actions;
using VirtTools.Daemon.Bulk;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;
using VirtTools.Posix.Native;
using VirtTools.Wire;

namespace VirtTools.Daemon.Tar;

/// <summary>
/// Unpacks an archive as <c>tar -x --numeric-owner --no-overwrite-dir</c> of root does, but every name is resolved inside the guest's tree, and content goes to
/// the file's disk without being copied by the guest where that is possible.
/// </summary>
/// <param name="directory">The folder of the guest, an absolute path.</param>
/// <param name="links">What becomes of a link where the archive has a folder.</param>
internal sealed class TarExtractor(GuestRoot root, string directory, LinkToFolder links) : IDisposable
{
    private const uint OwnerOnly = 0x180; // 0600
    private const uint SpecialBits = 0xE00; // setuid, setgid, sticky: a change of owner takes them away
    private const uint AnyMode = 0x1FF; // 0777, less the umask
    private const int MostComplaints = 3;

    // As root everything belongs to whom the archive says.
    private readonly bool _setsOwner = Libc.GetEUid() == 0;
    private readonly TarReader _reader = new();
    private readonly List<(string Path, FileTime Modified)> _folderTimes = [];
    private readonly List<PosixException> _complaints = [];
    private int _failures;
    private SafeFileHandle? _parent;
    private string? _parentPath;

    /// <summary>Unpacks until the archive ends or holds something that only GNU tar knows.</summary>
    /// <returns>What is left of the archive for GNU tar; null where nothing is.</returns>
    /// <exception cref="DaemonException">The archive is damaged.</exception>
    /// <exception cref="PosixException">The file system is full or broken.</exception>
    public IncomingFile? Unpack(IncomingFile archive)
    {
        var input = new ArchiveInput(archive);
        while (_reader.Next(ref input, out var isForeign) is { } member)
        {
            if (isForeign)
            {
                return input.Rest(_reader.Headers);
            }

            var left = member.HasContent ? member.Size : 0;
            try
            {
                Make(member, ref input, ref left);
            }
            catch (PosixException e) when (e.Errno is not (Errno.ENOSPC or Errno.EROFS or Errno.EIO))
            {
                // As tar does: the rest is unpacked all the same.
                _failures++;
                if (_complaints.Count < MostComplaints)
                {
                    _complaints.Add(e);
                }
            }

            input.Skip(left + (member.HasContent ? TarFormat.Blocks(member.Size) - member.Size : 0));
        }

        return null;
    }

    /// <summary>After the last member: folders get their times, and what went wrong is told.</summary>
    /// <exception cref="DaemonException">Something could not be unpacked.</exception>
    public void Finish()
    {
        // What was made in a folder has changed its time, so the inner ones come first.
        for (var i = _folderTimes.Count - 1; i >= 0; i--)
        {
            using var folder = root.Locate(_folderTimes[i].Path, LastLink.Keep);
            if (Descriptors.Stat(folder).Kind == FileKind.Directory)
            {
                Kernel.SetTimesOf(folder, TimeValue.Now, ToTime(_folderTimes[i].Modified));
            }
        }

        if (_complaints.Count > 0)
        {
            throw new DaemonException(
                _complaints[0].ErrnoName,
                string.Join("; ", _complaints.Select(complaint => complaint.Message))
                + (_failures > MostComplaints ? $"; and {_failures - MostComplaints} more" : ""));
        }
    }

    public void Dispose() => _parent?.Dispose();

    private void Make(TarMember member, ref ArchiveInput input, ref long left)
    {
        var path = MemberPath.Of(member.Name);
        if (path.Length == 0)
        {
            // The folder itself, which keeps what it has.
            return;
        }

        var (parent, name) = Locate(path);
        switch (member.Kind)
        {
            case MemberKind.Directory:
                MakeFolder(parent, name, path, member);
                break;
            case MemberKind.SymbolicLink:
                Replacing(parent, name, () => Kernel.SymbolicLink(member.Link, parent, name));
                SetAttributes(parent, name, member, isLink: true);
                break;
            case MemberKind.HardLink:
                MakeHardLink(parent, name, member);
                break;
            case MemberKind.CharacterDevice or MemberKind.BlockDevice or MemberKind.Fifo:
                Replacing(parent, name, () => Kernel.MakeNode(parent, name, (uint)KindOf(member.Kind) | OwnerOnly, (ulong)FileStatusStructs.Number(member.Device)));
                SetAttributes(parent, name, member, isLink: false);
                break;
            default:
                MakeFile(parent, name, member, ref input, ref left);
                break;
        }
    }

    private void MakeFile(SafeFileHandle parent, string name, TarMember member, ref ArchiveInput input, ref long left)
    {
        const OpenFlags Flags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow;
        using var target = Replacing(parent, name, () => Descriptors.OpenAt(parent, name, Flags, member.Permissions & ~SpecialBits));
        var file = new DirectFile(target);
        for (long offset = 0; left > 0;)
        {
            var piece = input.Take(left);
            if (piece.IsEmpty)
            {
                throw ArchiveInput.EndsTooEarly();
            }

            left -= piece.Length;
            file.Write(piece, offset);
            offset += piece.Length;
        }

        // To ask costs a tenth of a change, which is a transaction of the file system's journal.
        var made = Descriptors.Stat(target);
        if (_setsOwner && (made.UserId, made.GroupId) != (member.User, member.Group))
        {
            Kernel.ChangeOwner(target, member.User, member.Group);
        }

        if (made.Permissions != member.Permissions)
        {
            Kernel.ChangeModeOfOpen(target, member.Permissions);
        }

        Kernel.SetTimes(target, TimeValue.Now, ToTime(member.Modified));
    }

    private void MakeFolder(SafeFileHandle parent, string name, string path, TarMember member)
    {
        try
        {
            Kernel.MakeFolder(parent, name, AnyMode);
        }
        catch (PosixException e) when (e.Errno == Errno.EEXIST)
        {
            // A folder that is there keeps its owner, mode and time.
            if (IsFolder(parent, name))
            {
                return;
            }

            Replacing(parent, name, () => Kernel.MakeFolder(parent, name, AnyMode));
        }

        SetAttributes(parent, name, member, isLink: false);
        _folderTimes.Add((directory + "/" + path, member.Modified));
    }

    private bool IsFolder(SafeFileHandle parent, string name) => Kernel.TryStatus(parent, name) switch
    {
        { Kind: FileKind.Directory } => true,
        { Kind: FileKind.SymbolicLink } when links == LinkToFolder.Keep => root.TryStat(directory + "/" + PathOf(name)) is { Kind: FileKind.Directory },
        _ => false,
    };

    private void MakeHardLink(SafeFileHandle parent, string name, TarMember member)
    {
        var target = MemberPath.Of(member.Link);
        var slash = target.LastIndexOf('/');
        using var folder = root.Open(FolderOf(slash < 0 ? "" : target[..slash]), OpenFlags.PathOnly | OpenFlags.Directory);
        var targetName = target[(slash + 1)..];
        if (Kernel.TryStatus(folder, targetName) is { } to && Kernel.TryStatus(parent, name) is { } from && (to.Device, to.Inode) == (from.Device, from.Inode))
        {
            return;
        }

        Replacing(parent, name, () => Kernel.HardLink(folder, targetName, parent, name));
    }

    private void SetAttributes(SafeFileHandle parent, string name, TarMember member, bool isLink)
    {
        using var made = Descriptors.OpenAt(parent, name, OpenFlags.PathOnly | OpenFlags.NoFollow);
        if (_setsOwner)
        {
            Kernel.ChangeOwner(made, member.User, member.Group);
        }

        if (!isLink)
        {
            Kernel.ChangeMode(made, member.Permissions);
        }

        Kernel.SetTimes(parent, name, TimeValue.Now, ToTime(member.Modified));
    }

    // What has the name already gives way, but for a folder that holds something.
    private T Replacing<T>(SafeFileHandle parent, string name, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (PosixException e) when (e.Errno is Errno.EEXIST or Errno.ELOOP)
        {
            if (Kernel.TryStatus(parent, name) is { Kind: FileKind.Directory })
            {
                Kernel.RemoveEmptyFolder(parent, name);
            }
            else
            {
                Kernel.Remove(parent, name);
            }

            // A link on the way to another member may be gone.
            ForgetParent();
            return make();
        }
    }

    private void Replacing(SafeFileHandle parent, string name, Action make) => Replacing(parent, name, () =>
    {
        make();
        return 0;
    });

    // Members of one folder follow each other, so its descriptor is kept.
    private (SafeFileHandle Parent, string Name) Locate(string path)
    {
        var slash = path.LastIndexOf('/');
        var folder = slash < 0 ? "" : path[..slash];
        if (_parentPath != folder)
        {
            var opened = OpenOrMake(folder);
            _parent?.Dispose();
            (_parent, _parentPath) = (opened, folder);
        }

        return (_parent!, path[(slash + 1)..]);
    }

    private SafeFileHandle OpenOrMake(string folder)
    {
        try
        {
            return root.Open(FolderOf(folder), OpenFlags.PathOnly | OpenFlags.Directory);
        }
        catch (PosixException e) when (e.Errno == Errno.ENOENT && folder.Length > 0)
        {
            var slash = folder.LastIndexOf('/');
            using (var parent = OpenOrMake(slash < 0 ? "" : folder[..slash]))
            {
                Kernel.MakeFolder(parent, folder[(slash + 1)..], AnyMode);
            }

            return root.Open(FolderOf(folder), OpenFlags.PathOnly | OpenFlags.Directory);
        }
    }

    private void ForgetParent() => _parentPath = null;

    private string FolderOf(string path) => path.Length == 0 ? directory : directory + "/" + path;

    private string PathOf(string name) => string.IsNullOrEmpty(_parentPath) ? name : _parentPath + "/" + name;

    private static FileKind KindOf(MemberKind kind) => kind switch
    {
        MemberKind.CharacterDevice => FileKind.CharacterDevice,
        MemberKind.BlockDevice => FileKind.BlockDevice,
        _ => FileKind.Fifo,
    };

    private static TimeValue ToTime(FileTime time) => new(time.Seconds, time.Nanoseconds);
}

/// <summary>What becomes of a symbolic link to a folder where the archive has a folder.</summary>
internal enum LinkToFolder
{
    /// <summary>The folder takes its place.</summary>
    Replace,

    /// <summary>It stays, and the folder's members go where it leads.</summary>
    Keep,
}
