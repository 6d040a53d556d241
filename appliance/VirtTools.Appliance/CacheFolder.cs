using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Appliance;

/// <summary>
/// The folder that keeps what was expensive to make: appliances, packages, templates. What is in it is trusted without a look at each byte, so
/// nobody else may be able to write there.
/// </summary>
internal sealed class CacheFolder
{
    private const uint PrivateMode = 0x1C0; // 0700
    private const uint PrivateFileMode = 0x180; // 0600
    private const uint OthersMayWrite = 0x12; // 0022
    private const uint OthersMayDoAnything = 0x3F; // 0077
    private const string LockName = "lock";

    // https://bford.info/cachedir/: backup programs leave such folders out.
    private const string TagName = "CACHEDIR.TAG";
    private const string Tag = "Signature: 8a477f597d28d172789f06886806bc55\n# Made by VirtTools; everything here can be made again.\n";

    private CacheFolder(string path) => Path = path;

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>Opens the folder that the environment names, and makes it if need be.</summary>
    /// <exception cref="ApplianceException">There is no place for it, or others could write to it.</exception>
    public static CacheFolder Open() => Open(CachePlace.FromEnvironment());

    /// <summary>Opens the folder at a place, and makes it if need be.</summary>
    /// <exception cref="ApplianceException">It cannot be made, or others could write to it.</exception>
    public static CacheFolder Open(string place)
    {
        try
        {
            Make(place);
            var path = FolderTrust.Check(place);
            var status = Descriptors.LStat(path);
            if (status.UserId != UserIdentity.Effective)
            {
                throw new ApplianceException($"{path}: the cache folder belongs to another user (uid {status.UserId}): set LIBGUESTFS_CACHEDIR to a folder of your own");
            }

            if ((status.Permissions & OthersMayWrite) != 0)
            {
                throw new ApplianceException($"{path}: others may write to the cache folder, so what is in it cannot be trusted: remove it");
            }

            if ((status.Permissions & OthersMayDoAnything) != 0)
            {
                using var handle = Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec);
                Descriptors.ChangeMode(handle, PrivateMode);
            }

            WriteTag(path);
            return new(path);
        }
        catch (PosixException e)
        {
            throw new ApplianceException($"the cache folder {place} cannot be used: {e.Message}; LIBGUESTFS_CACHEDIR can name another place", e);
        }
    }

    /// <summary>The lock of those who use what is in the folder: any number at once. Null where the folder is read-only and has no lock.</summary>
    public CacheLock? LockShared() => TryOpenLock(LockName) is { } handle ? CacheLock.Take(handle, LockKind.Shared, LockWait.Wait) : null;

    /// <summary>The lock of the one who cleans the folder; null while others use it.</summary>
    /// <exception cref="ApplianceException">The folder cannot be written.</exception>
    public CacheLock? TryLockExclusive() => CacheLock.Take(OpenLock(LockName), LockKind.Exclusive, LockWait.Refuse);

    /// <summary>The lock of the one who makes something of this name: the others wait, and find it made. Null if <paramref name="wait"/> is refused.</summary>
    /// <exception cref="ApplianceException">The folder cannot be written.</exception>
    public CacheLock? LockForMaking(string what, LockWait wait) => CacheLock.Take(OpenLock($"{what}.{LockName}"), LockKind.Exclusive, wait);

    /// <summary>Deletes everything in the folder but the lock of its users, which the caller holds exclusively.</summary>
    public void Clean(CacheLock exclusive)
    {
        ArgumentNullException.ThrowIfNull(exclusive);
        foreach (var entry in new DirectoryInfo(Path).GetFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } folder)
            {
                folder.Delete(recursive: true);
            }
            else if (entry.Name is not (LockName or TagName))
            {
                entry.Delete();
            }
        }
    }

    private static void Make(string place)
    {
        foreach (var path in Parents(place).Append(place))
        {
            try
            {
                if (Descriptors.TryStat(path) is null)
                {
                    Descriptors.CreateDirectory(path, PrivateMode);
                }
            }
            catch (PosixException e) when (e.Errno == Errno.EEXIST)
            {
                // Another process was quicker.
            }
        }

        static IEnumerable<string> Parents(string path) =>
            Enumerable.Range(1, path.Length - 1).Where(i => path[i] == '/').Select(i => path[..i]);
    }

    private static void WriteTag(string path)
    {
        var file = $"{path}/{TagName}";
        try
        {
            using var handle = Descriptors.Open(
                file, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.CloseOnExec, PrivateFileMode);
            Descriptors.WriteAll(handle, System.Text.Encoding.ASCII.GetBytes(Tag));
        }
        catch (PosixException e) when (e.Errno is Errno.EEXIST or Errno.EROFS or Errno.ENOSPC or Errno.EACCES)
        {
            // There already, or a folder that can only be read: still of use.
        }
    }

    private SafeFileHandle OpenLock(string name)
    {
        try
        {
            return OpenLock(name, OpenFlags.ReadWrite | OpenFlags.Create);
        }
        catch (PosixException e)
        {
            throw new ApplianceException($"the cache folder {Path} cannot be written: {e.Message}; make room there, or set LIBGUESTFS_CACHEDIR to another folder", e);
        }
    }

    private SafeFileHandle? TryOpenLock(string name)
    {
        try
        {
            return OpenLock(name, OpenFlags.ReadWrite | OpenFlags.Create);
        }
        catch (PosixException e) when (e.Errno is Errno.EROFS or Errno.ENOSPC or Errno.EACCES)
        {
            return null;
        }
    }

    private SafeFileHandle OpenLock(string name, OpenFlags flags) =>
        Descriptors.Open($"{Path}/{name}", flags | OpenFlags.NoFollow | OpenFlags.CloseOnExec, PrivateFileMode);
}

/// <summary>A lock on the cache folder, held until disposed or until the process ends.</summary>
internal sealed class CacheLock : IDisposable
{
    private readonly SafeFileHandle handle;

    private CacheLock(SafeFileHandle handle) => this.handle = handle;

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    internal static CacheLock? Take(SafeFileHandle handle, LockKind kind, LockWait wait)
    {
        if (Descriptors.Lock(handle, kind, wait))
        {
            return new(handle);
        }

        handle.Dispose();
        return null;
    }
}
