using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on modes, owners and times of files.</summary>
internal sealed class FileAttributeActions(GuestRoot root) : UnsupportedFileAttributeActions
{
    private const int LargestMode = 0xFFF; // 07777
    private const int LargestUmask = 0x1FF; // 0777

    /// <summary>
    /// What ntfs-3g does not list: the access control list and the attributes (hidden, system, read-only) of a file. No other file system has them.
    /// </summary>
    private static readonly string[] UnlistedXattrs = ["system.ntfs_acl", "system.ntfs_attrib"];

    public override StatNs Statns(string path) => FileStatusStructs.Of(root.Stat(path));

    public override StatNs Lstatns(string path) => FileStatusStructs.Of(root.Stat(path, LastLink.Keep));

    public override StatNs[] InternalLstatnslist(string path, IReadOnlyList<string> names)
    {
        using var folder = root.Open(path, OpenFlags.PathOnly | OpenFlags.Directory);
        var found = new StatNs[names.Count];
        for (var i = 0; i < found.Length; i++)
        {
            found[i] = Kernel.TryStatus(folder, names[i]) is { } status ? FileStatusStructs.Of(status) : FileStatusStructs.Missing;
        }

        return found;
    }

    public override void Chmod(int mode, string path)
    {
        if (mode is < 0 or > LargestMode)
        {
            throw new DaemonException("EINVAL", $"{path}: mode is negative or larger than 07777");
        }

        using var file = root.Locate(path);
        At(path, () => Kernel.ChangeMode(file, (uint)mode));
    }

    public override void Chown(int owner, int group, string path) => ChangeOwner(path, owner, group, LastLink.Follow);

    public override void Lchown(int owner, int group, string path) => ChangeOwner(path, owner, group, LastLink.Keep);

    public override void Utimens(string path, long atSecs, long atNsecs, long mtSecs, long mtNsecs)
    {
        using var file = root.Locate(path);
        At(path, () => Kernel.SetTimesOf(file, Time(atSecs, atNsecs), Time(mtSecs, mtNsecs)));
    }

    public override int Umask(int mask)
    {
        if (mask is < 0 or > LargestUmask)
        {
            throw new DaemonException("EINVAL", "mask is negative or larger than 0777");
        }

        return (int)Kernel.SetUmask((uint)mask);
    }

    public override int GetUmask()
    {
        var mask = Kernel.SetUmask(0);
        Kernel.SetUmask(mask);
        return (int)mask;
    }

    public override void CopyAttributes(string src, string dest, bool? all, bool? mode, bool? xAttributes, bool? ownership)
    {
        using var source = root.Locate(src);
        using var target = root.Locate(dest);
        var status = Descriptors.Stat(source);

        // Owners first: a change of owner takes the set-user-id bits and the capabilities of a program (security.capability) away.
        if (all == true || ownership == true)
        {
            At(dest, () => Kernel.ChangeOwner(target, status.UserId, status.GroupId));
        }

        if (all == true || xAttributes == true)
        {
            CopyXattrs(src, dest);
        }

        if (all == true || mode == true)
        {
            At(dest, () => Kernel.ChangeMode(target, status.Permissions));
        }
    }

    private void CopyXattrs(string source, string target)
    {
        var attributes = new XattrActions(root);
        foreach (var attribute in attributes.Getxattrs(source))
        {
            attributes.Setxattr(attribute.Attrname, ByteString.GetString(attribute.Attrval), attribute.Attrval.Length, target);
        }

        foreach (var name in UnlistedXattrs)
        {
            if (TryGet(attributes, source, name) is { } value)
            {
                attributes.Setxattr(name, ByteString.GetString(value), value.Length, target);
            }
        }
    }

    private static byte[]? TryGet(XattrActions attributes, string path, string name)
    {
        try
        {
            return attributes.Getxattr(path, name);
        }
        catch (DaemonException)
        {
            return null;
        }
    }

    private void ChangeOwner(string path, int owner, int group, LastLink link)
    {
        using var file = root.Locate(path, link);
        At(path, () => Kernel.ChangeOwner(file, (uint)owner, (uint)group));
    }

    private static TimeValue Time(long seconds, long nanoseconds) => nanoseconds switch
    {
        -1 => TimeValue.Now,
        -2 => TimeValue.Unchanged,
        _ => new(seconds, nanoseconds),
    };

    // System calls on descriptors know no path; the message should.
    private static void At(string path, Action change)
    {
        try
        {
            change();
        }
        catch (PosixException e)
        {
            throw new DaemonException(e.ErrnoName, $"{path}: {e.Message}");
        }
    }
}
