using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Mounts;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions that mount, unmount and tell what is mounted.</summary>
internal sealed class MountActions(GuestRoot root, DeviceResolver devices, Mounter mounter) : UnsupportedMountActions
{
    private const uint FolderMode = 0x1FF; // 0777, less the umask

    private readonly Unmounter _unmounter = new(root, devices);

    public override void Mount(string mountable, string mountpoint) => mounter.Mount("", null, mountable, mountpoint);

    public override void MountRo(string mountable, string mountpoint) => mounter.Mount("ro", null, mountable, mountpoint);

    public override void MountOptions(string options, string mountable, string mountpoint) =>
        mounter.Mount(options, null, mountable, mountpoint);

    public override void MountVfs(string options, string vfsType, string mountable, string mountpoint) =>
        mounter.Mount(options, vfsType.Length == 0 ? null : vfsType, mountable, mountpoint);

    public override void MountLoop(string file, string mountpoint)
    {
        using var device = LoopDevice.Attach(root, file);
        mounter.Mount("", null, device.Path, mountpoint);
    }

    public override void Remount(string mountpoint, bool? rw)
    {
        if (rw is null)
        {
            throw new DaemonException("EINVAL", $"{mountpoint}: the optional argument 'rw' must be given");
        }

        using var located = root.Locate(mountpoint);
        using var use = new HandleUse(located);
        var flags = MountFlags.Remount | (rw.Value ? MountFlags.None : MountFlags.ReadOnly);
        var errno = Kernel.TryMount(null, $"/proc/self/fd/{use.Number}", null, flags, null);
        if (errno != 0)
        {
            throw new DaemonException(Errno.Name(errno) ?? "EINVAL", $"{mountpoint}: remounting {(rw.Value ? "rw" : "ro")}: {Errno.Message(errno)}");
        }
    }

    public override void Umount(string pathOrDevice, bool? force, bool? lazyUnmount) =>
        _unmounter.Unmount(
            pathOrDevice, (force == true ? UnmountFlags.Force : UnmountFlags.None) | (lazyUnmount == true ? UnmountFlags.Lazy : UnmountFlags.None));

    public override void UmountAll() => _unmounter.UnmountAll();

    public override string[] Mounts() => [.. MountTable.Read(root).Select(mount => mount.Source)];

    public override OrderedDictionary<string, string> Mountpoints()
    {
        var places = new OrderedDictionary<string, string>();
        foreach (var mount in MountTable.Read(root))
        {
            places[devices.ToApi(mount.Source)] = mount.Path;
        }

        return places;
    }

    public override void Mkmountpoint(string exemptPath)
    {
        using var name = LocateMountpoint(exemptPath);
        Kernel.MakeFolder(name.Folder, name.Name, FolderMode);
    }

    public override void Rmmountpoint(string exemptPath)
    {
        using var name = LocateMountpoint(exemptPath);
        Kernel.RemoveEmptyFolder(name.Folder, name.Name);
    }

    private NameInFolder LocateMountpoint(string path) =>
        path.StartsWith('/') ? root.LocateName(path) : throw new DaemonException("EINVAL", $"exemptpath: path must start with a / character: {path}");
}
