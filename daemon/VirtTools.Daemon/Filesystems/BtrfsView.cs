using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Mounts;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Daemon.Filesystems;

/// <summary>A look into a btrfs that need not be mounted.</summary>
internal sealed class BtrfsView(GuestRoot root, Mounter mounter)
{
    private const string Place = "/tmp/btrfs-view";
    private const uint FolderMode = 0x1C0; // 0700

    /// <summary>Runs <paramref name="work"/> on the file system's folder: where the guest has it mounted, else mounted for the moment.</summary>
    /// <param name="device">The device, by the kernel's name.</param>
    /// <exception cref="Dispatch.DaemonException">It cannot be mounted.</exception>
    /// <exception cref="PosixException">It cannot be read.</exception>
    public T With<T>(string device, Func<SafeFileHandle, T> work)
    {
        // The kernel refuses to mount one file system twice with different flags.
        if (MountTable.Read(root).Find(mount => mount.FileSystem == "btrfs" && mount.Source == device) is { } mounted)
        {
            using var place = root.OpenFolder(mounted.Path);
            return work(place);
        }

        if (Descriptors.TryStat(Place) is null)
        {
            Descriptors.CreateDirectory(Place, FolderMode);
        }

        mounter.MountAt(device, Place, "btrfs", MountOptions.Parse("ro"), Place);
        try
        {
            using var place = Descriptors.Open(Place, OpenFlags.ReadOnly | OpenFlags.Directory);
            return work(place);
        }
        finally
        {
            Kernel.TryUnmount(Place, UnmountFlags.NoFollow);
        }
    }
}
