using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Mounts;

/// <summary>Mounts file systems of the guest by system calls; a program runs only for a file system that the kernel leaves to FUSE.</summary>
internal sealed class Mounter(GuestRoot root, DeviceResolver devices, BtrfsDevices btrfs)
{
    private const string NtfsProgram = "ntfs-3g";

    /// <summary>Mounts.</summary>
    /// <param name="options">As mount(8) takes them.</param>
    /// <param name="type">Type of the file system, null to find out.</param>
    /// <param name="mountable">A resolved mountable.</param>
    /// <param name="mountpoint">Absolute path in the guest.</param>
    /// <exception cref="DaemonException">Not mountable; the message says why.</exception>
    /// <exception cref="PosixException">There is no such mount point.</exception>
    public void Mount(string options, string? type, string mountable, string mountpoint)
    {
        if (!mountpoint.StartsWith('/'))
        {
            throw new DaemonException("EINVAL", $"mountpoint: path must start with a / character: {mountpoint}");
        }

        if (!root.HasMounts)
        {
            throw new DaemonException("ENOTSUP", $"{mountpoint}: nothing can be mounted in a folder that stands for a guest");
        }

        var what = DeviceResolver.Parse(mountable);
        var parsed = MountOptions.Parse(options);
        if (what.Subvolume is { } subvolume)
        {
            parsed = parsed.With("subvol=" + subvolume);
            type ??= "btrfs";
        }

        root.Forget();
        try
        {
            if (mountpoint.AsSpan().TrimStart('/').IsEmpty)
            {
                MountAt(what.Device, root.Folder, type, parsed, mountpoint);
                return;
            }

            // The descriptor, not the path, says where: no link of the guest is followed between the check and the mount.
            using var target = root.Locate(mountpoint);
            if (Descriptors.Stat(target).Kind != FileKind.Directory)
            {
                throw new DaemonException("ENOTDIR", $"{mountpoint}: mount point is not a directory");
            }

            using var use = new HandleUse(target);
            MountAt(what.Device, $"/proc/self/fd/{use.Number}", type, parsed, mountpoint);
        }
        finally
        {
            root.Forget();
        }
    }

    /// <summary>Mounts a device somewhere in the appliance, for a look inside.</summary>
    /// <exception cref="DaemonException">Not mountable.</exception>
    public void MountAt(string device, string target, string? type, MountOptions options, string shownTarget)
    {
        type ??= FileSystemOf(device);
        var errno = TryMount(device, target, type, options);
        if (errno != 0 && type == "btrfs" && btrfs.Register())
        {
            errno = TryMount(device, target, type, options);
        }

        if (errno != 0)
        {
            throw new DaemonException(
                Errno.Name(errno) ?? "EINVAL", $"{devices.ToApi(device)} on {shownTarget} (options: '{options.Rest}'): {Reason(errno, type)}");
        }
    }

    private static int TryMount(string device, string target, string type, MountOptions options)
    {
        if (type == "ntfs" && ProgramRunner.Find(NtfsProgram) is not null)
        {
            MountNtfs(device, target, options);
            return 0;
        }

        return Kernel.TryMount(device, target, type == "ntfs" ? "ntfs3" : type, options.Flags, options.Rest);
    }

    // The original uses ntfs-3g too; the kernel's own driver shows other owners, modes and link targets.
    private static void MountNtfs(string device, string target, MountOptions options)
    {
        var list = new List<string>();
        if (options.Flags.HasFlag(MountFlags.ReadOnly))
        {
            list.Add("ro");
        }

        if (options.Rest is not null)
        {
            list.Add(options.Rest);
        }

        List<string> argv = list.Count == 0 ? [NtfsProgram, device, target] : [NtfsProgram, "-o", string.Join(',', list), device, target];
        if (!target.StartsWith("/proc/self/fd/", StringComparison.Ordinal))
        {
            ProgramRunner.Run(argv);
            return;
        }

        using var folder = Descriptors.Open(target, OpenFlags.PathOnly | OpenFlags.Directory);
        argv[^1] = ProgramRunner.InheritedPath(0);
        ProgramRunner.Run(argv, folder);
    }

    private string FileSystemOf(string device) =>
        SuperblockMagic.Read(device)
        ?? BlockIdLibrary.Probe(device).Type
        ?? throw new DaemonException("EINVAL", $"{devices.ToApi(device)}: no file system that the appliance knows");

    private static string Reason(int errno, string type) => errno switch
    {
        Errno.ENODEV => $"unknown file system type '{type}'",
        Errno.EINVAL => $"wrong file system type, bad option or damaged superblock (taken for {type})",
        Errno.EBUSY => "it is mounted already, or in use",
        _ => Errno.Message(errno),
    };
}
