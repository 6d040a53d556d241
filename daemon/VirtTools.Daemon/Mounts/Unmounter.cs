using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Mounts;

/// <summary>Takes mounted file systems of the guest out of its tree.</summary>
internal sealed class Unmounter(GuestRoot root, DeviceResolver devices)
{
    /// <summary>Unmounts one, named by its device or by where it is mounted.</summary>
    /// <exception cref="DaemonException">EINVAL: not mounted. EBUSY: in use.</exception>
    public void Unmount(string pathOrDevice, UnmountFlags flags)
    {
        var mount = Find(pathOrDevice)
            ?? throw new DaemonException("EINVAL", $"{devices.ToApi(pathOrDevice)}: not mounted");
        Unmount(mount, flags);
    }

    /// <summary>Unmounts everything, the innermost first.</summary>
    /// <exception cref="DaemonException">EBUSY: something is in use; the rest has been unmounted.</exception>
    public void UnmountAll()
    {
        DaemonException? failure = null;
        var mounts = MountTable.Read(root);
        for (var i = mounts.Count - 1; i >= 0; i--)
        {
            try
            {
                Unmount(mounts[i], UnmountFlags.None);
            }
            catch (DaemonException e)
            {
                failure ??= e;
            }
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    private void Unmount(GuestMount mount, UnmountFlags flags)
    {
        root.Forget();
        var path = mount.Path == "/" ? root.Folder : root.Folder + mount.Path;
        var errno = Kernel.TryUnmount(path, flags | UnmountFlags.NoFollow);
        if (errno != 0)
        {
            throw new DaemonException(Errno.Name(errno) ?? "EINVAL", $"{mount.Path}: {Errno.Message(errno)}");
        }
    }

    // The last one mounted comes first where several lie on the same place.
    private GuestMount? Find(string pathOrDevice)
    {
        var mounts = MountTable.Read(root);
        if (pathOrDevice.StartsWith("/dev/", StringComparison.Ordinal))
        {
            var number = Descriptors.Stat(pathOrDevice).RawDevice;
            return mounts.FindLast(mount => mount.Source == pathOrDevice || mount.Device == number || NumberOf(mount.Source) == number);
        }

        var path = RealPath(pathOrDevice);
        return mounts.FindLast(mount => mount.Path == path);
    }

    private static DeviceNumber? NumberOf(string source) =>
        source.StartsWith('/') ? Descriptors.TryStat(source)?.RawDevice : null;

    private string RealPath(string path)
    {
        using var located = root.Locate(path);
        return root.PathOf(located);
    }
}
