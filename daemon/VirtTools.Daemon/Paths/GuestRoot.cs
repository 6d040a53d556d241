using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Native;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Paths;

/// <summary>What to do with a symbolic link at the end of a path.</summary>
internal enum LastLink
{
    /// <summary>Go where it points, inside the guest.</summary>
    Follow,

    /// <summary>Take the link itself.</summary>
    Keep,
}

/// <summary>
/// The guest's tree. Each path is resolved by openat2(2) with RESOLVE_IN_ROOT on a descriptor of the tree's root: absolute links and <c>..</c>
/// stay inside, magic links of a guest's /proc are refused, and there is no moment between check and use in which a link could be swapped.
/// </summary>
internal sealed class GuestRoot
{
    /// <summary>Where the guest is mounted in the appliance.</summary>
    public const string Sysroot = "/sysroot";

    private readonly bool _alwaysMounted;
    private readonly string _realFolder;
    private SafeFileHandle? _root;

    private GuestRoot(string folder, bool alwaysMounted)
    {
        Folder = folder.Length > 1 ? folder.TrimEnd('/') : folder;
        _realFolder = RealFolder(folder);
        _alwaysMounted = alwaysMounted;
        Blank = alwaysMounted ? new(0, 0) : Descriptors.Stat(folder).Device;
    }

    /// <summary>The folder of the appliance that is the guest's root.</summary>
    public string Folder { get; }

    /// <summary>Device number of the empty file system on which the guest is mounted.</summary>
    public DeviceNumber Blank { get; }

    /// <summary>Whether file systems can be mounted here: not in a folder that stands for a guest.</summary>
    public bool HasMounts => !_alwaysMounted;

    /// <summary>Whether a file system is mounted on the guest's root or below it.</summary>
    public bool IsMounted => _alwaysMounted || Descriptors.Stat(Folder).Device != Blank || MountTable.Read(this).Count > 0;

    /// <summary>The guest as it is mounted in the appliance; nothing is mounted yet.</summary>
    public static GuestRoot InAppliance() => new(Sysroot, alwaysMounted: false);

    /// <summary>Any folder in place of a guest, without mounts.</summary>
    public static GuestRoot OfFolder(string folder) => new(folder, alwaysMounted: true);

    /// <summary>Lets go of the root: before something is unmounted, and after something was mounted on it.</summary>
    public void Forget()
    {
        _root?.Dispose();
        _root = null;
    }

    /// <summary>Opens a path of the guest, never waiting: a FIFO that nobody reads is an error (ENXIO), one that nobody writes is empty.</summary>
    /// <exception cref="PosixException">It cannot be opened; the message names the guest's path.</exception>
    public SafeFileHandle Open(string path, OpenFlags flags, uint mode = 0)
    {
        _root ??= Descriptors.Open(Folder, OpenFlags.PathOnly | OpenFlags.Directory);
        return Descriptors.OpenAt2(_root, path, Complete(flags), ResolveFlags.InRoot, mode);
    }

    /// <summary>A descriptor that stands for what the path names, without opening it: works for devices, sockets and what may not be read.</summary>
    /// <exception cref="PosixException">There is no such path.</exception>
    public SafeFileHandle Locate(string path, LastLink link = LastLink.Follow) =>
        Open(path, link == LastLink.Keep ? OpenFlags.PathOnly | OpenFlags.NoFollow : OpenFlags.PathOnly);

    /// <summary>Opens a file to read it.</summary>
    /// <exception cref="PosixException">It cannot be opened.</exception>
    public SafeFileHandle OpenForReading(string path) => Open(path, OpenFlags.ReadOnly);

    /// <summary>Opens a folder.</summary>
    /// <exception cref="PosixException">ENOTDIR where it is none.</exception>
    public SafeFileHandle OpenFolder(string path) => Open(path, OpenFlags.ReadOnly | OpenFlags.Directory);

    /// <summary>Status of what the path names.</summary>
    /// <exception cref="PosixException">There is no such path.</exception>
    public FileStatus Stat(string path, LastLink link = LastLink.Follow)
    {
        using var located = Locate(path, link);
        return Descriptors.Stat(located);
    }

    /// <summary>Status, or null where nothing has that name.</summary>
    /// <exception cref="PosixException">Another reason.</exception>
    public FileStatus? TryStat(string path, LastLink link = LastLink.Follow)
    {
        try
        {
            return Stat(path, link);
        }
        catch (PosixException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR)
        {
            return null;
        }
    }

    /// <summary>Opens what an action takes as a device or a path: the device has been resolved, the path is one of the guest.</summary>
    /// <exception cref="PosixException">It cannot be opened.</exception>
    public SafeFileHandle OpenDeviceOrPath(string deviceOrPath, OpenFlags flags, uint mode = 0) =>
        deviceOrPath.StartsWith("/dev/", StringComparison.Ordinal)
            ? Descriptors.Open(deviceOrPath, flags & ~(OpenFlags.Create | OpenFlags.Truncate))
            : Open(deviceOrPath, flags, mode);

    /// <summary>The path in the guest of an open file, links resolved.</summary>
    /// <exception cref="PosixException">The kernel does not tell.</exception>
    public string PathOf(SafeFileHandle file)
    {
        using var use = new HandleUse(file);
        var path = Descriptors.ReadLink($"/proc/self/fd/{use.Number}");
        return path.StartsWith(_realFolder, StringComparison.Ordinal) && path.Length > _realFolder.Length ? path[_realFolder.Length..] : "/";
    }

    /// <summary>The folder in which the last name of a path lives, for what is made, renamed or removed.</summary>
    /// <exception cref="PosixException">The folder does not exist.</exception>
    /// <exception cref="DaemonException">EINVAL or EBUSY: the path ends in <c>.</c> or <c>..</c>, or is the root.</exception>
    public NameInFolder LocateName(string path)
    {
        var trimmed = path.TrimEnd('/');
        var slash = trimmed.LastIndexOf('/');
        var name = trimmed[(slash + 1)..];
        if (name is "" or "." or "..")
        {
            throw new DaemonException(name == "" ? "EBUSY" : "EINVAL", $"{path}: the path must end in a name");
        }

        var folder = slash <= 0 ? "/" : trimmed[..slash];
        return new(Open(folder, OpenFlags.PathOnly | OpenFlags.Directory), name, path);
    }

    // What /proc/self/fd shows in front of the guest's own path: nothing where the root is the appliance's own.
    private static string RealFolder(string folder)
    {
        using var opened = Descriptors.Open(folder, OpenFlags.PathOnly | OpenFlags.Directory);
        using var use = new HandleUse(opened);
        var path = Descriptors.ReadLink($"/proc/self/fd/{use.Number}");
        return path == "/" ? "" : path;
    }

    // A FIFO of the guest whose other end nobody has must not hang the daemon, and no terminal of the guest become ours. openat2 refuses flags
    // that mean nothing beside O_PATH.
    private static OpenFlags Complete(OpenFlags flags) =>
        (flags & OpenFlags.PathOnly) != 0 ? flags : flags | OpenFlags.NoControllingTerminal | OpenFlags.NonBlocking;
}

/// <summary>A name in an open folder.</summary>
/// <param name="Path">The whole path of the guest, for messages.</param>
internal readonly record struct NameInFolder(SafeFileHandle Folder, string Name, string Path) : IDisposable
{
    public void Dispose() => Folder.Dispose();
}
