using System.Globalization;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on extended attributes.</summary>
internal sealed class XattrActions(GuestRoot root) : UnsupportedXattrActions
{
    public override Xattr[] Getxattrs(string path) => Of(path, LastLink.Follow, All);

    public override Xattr[] Lgetxattrs(string path) => Of(path, LastLink.Keep, All);

    public override byte[] Getxattr(string path, string name) => Of(path, LastLink.Follow, place => Kernel.GetXattr(place, name));

    public override byte[] Lgetxattr(string path, string name) => Of(path, LastLink.Keep, place => Kernel.GetXattr(place, name));

    public override void Setxattr(string xattr, string val, int valLen, string path) => Set(path, LastLink.Follow, xattr, val, valLen);

    public override void Lsetxattr(string xattr, string val, int valLen, string path) => Set(path, LastLink.Keep, xattr, val, valLen);

    public override void Removexattr(string xattr, string path) => Change(path, LastLink.Follow, place => Kernel.RemoveXattr(place, xattr));

    public override void Lremovexattr(string xattr, string path) => Change(path, LastLink.Keep, place => Kernel.RemoveXattr(place, xattr));

    public override Xattr[] InternalLxattrlist(string path, IReadOnlyList<string> names)
    {
        using var folder = root.Open(path, OpenFlags.PathOnly | OpenFlags.Directory);
        using var place = new DescriptorPath(folder);
        var all = new List<Xattr>();
        foreach (var name in names)
        {
            var start = all.Count;
            all.Add(new("", []));
            try
            {
                all.AddRange(All($"{place.Path}/{name}"));
                all[start] = new("", ByteString.GetBytes((all.Count - start - 1).ToString(CultureInfo.InvariantCulture)));
            }
            catch (PosixException)
            {
                // An entry without a number says that this file could not be read.
                all.RemoveRange(start + 1, all.Count - start - 1);
            }
        }

        return [.. all];
    }

    private static Xattr[] All(string place) => Array.ConvertAll(Kernel.ListXattrs(place), name => new Xattr(name, Kernel.GetXattr(place, name)));

    private void Set(string path, LastLink link, string name, string value, int length)
    {
        var bytes = ByteString.GetBytes(value);
        if (length < 0 || length > bytes.Length)
        {
            throw new DaemonException("EINVAL", $"{path}: vallen is negative or larger than the value");
        }

        Change(path, link, place => Kernel.SetXattr(place, name, bytes.AsSpan(0, length)));
    }

    private void Change(string path, LastLink link, Action<string> change) => Of(path, link, place =>
    {
        change(place);
        return true;
    });

    // The calls do not follow a link at the end, so they are given the folder's descriptor and the name: a link that was to be followed has
    // been resolved before, and nothing moves meanwhile, since nothing of the guest runs.
    private T Of<T>(string path, LastLink link, Func<string, T> work)
    {
        try
        {
            using var file = root.Locate(path, link);
            var real = root.PathOf(file);
            if (real == "/")
            {
                using var place = new DescriptorPath(file);
                return work(place.Path + "/.");
            }

            using var name = root.LocateName(real);
            using var folder = new DescriptorPath(name.Folder);
            return work($"{folder.Path}/{name.Name}");
        }
        catch (PosixException e)
        {
            throw new DaemonException(e.ErrnoName, e.Message.StartsWith(path, StringComparison.Ordinal) ? e.Message : $"{path}: {e.Message}");
        }
    }
}
