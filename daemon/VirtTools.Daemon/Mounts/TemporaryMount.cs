using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Native;
using VirtTools.Posix;

namespace VirtTools.Daemon.Mounts;

/// <summary>A file system mounted at a folder of the daemon's own, outside of what the caller sees, until this is disposed of.</summary>
internal sealed class TemporaryMount : IDisposable
{
    private const string Prefix = "/tmp/mount";

    private bool _mounted;

    private TemporaryMount(string folder) => Folder = folder;

    /// <summary>Where it is mounted.</summary>
    public string Folder { get; }

    /// <summary>Mounts.</summary>
    /// <param name="mountable">A resolved mountable.</param>
    /// <param name="type">Type of the file system, null to find out.</param>
    /// <exception cref="Dispatch.DaemonException">Not mountable.</exception>
    /// <exception cref="PosixException">Not mountable.</exception>
    public static TemporaryMount Open(Mounter mounter, string mountable, string? type, MountFlags flags)
    {
        var what = DeviceResolver.Parse(mountable);
        var options = new MountOptions(flags, null);
        var mount = new TemporaryMount(Descriptors.CreateTemporaryDirectory(Prefix));
        try
        {
            mounter.MountAt(
                what.Device, mount.Folder, what.Subvolume is null ? type : "btrfs",
                what.Subvolume is { } name ? options.With("subvol=" + name) : options, mount.Folder);
            mount._mounted = true;
            return mount;
        }
        catch
        {
            mount.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_mounted)
        {
            _mounted = false;
            Unmount();
        }

        if (Descriptors.TryStat(Folder) is not null)
        {
            Descriptors.RemoveDirectory(Folder);
        }
    }

    private void Unmount()
    {
        var errno = Kernel.TryUnmount(Folder, UnmountFlags.NoFollow);
        if (errno == Errno.EBUSY)
        {
            errno = Kernel.TryUnmount(Folder, UnmountFlags.NoFollow | UnmountFlags.Lazy);
        }

        if (errno != 0)
        {
            throw new PosixException(errno, $"unmounting {Folder}");
        }
    }
}
