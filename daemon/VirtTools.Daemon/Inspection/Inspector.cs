using VirtTools.Daemon.Boot;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Inspection.Windows;
using VirtTools.Daemon.Mounts;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Inspection;

/// <summary>
/// Looks at file systems for operating systems. Each is mounted read-only at a folder of the daemon's own, outside of what the caller sees, and
/// kept for a moment (<see cref="KeptMounts"/>) where the kernel itself reads it.
/// </summary>
internal sealed class Inspector(DeviceTree tree, DeviceNames names, DeviceResolver devices, Mounter mounter, KeptMounts kept)
{
    private const string FstabPath = "/etc/fstab";

    /// <summary>What list_filesystems names although nothing can be mounted.</summary>
    private static readonly string[] Unmountable = ["unknown", "swap", "crypto_LUKS", "BitLocker"];

    /// <summary>Mounted by a program that wants the device for itself.</summary>
    private const string ByProgram = "ntfs";

    /// <summary>Looks at all of them.</summary>
    /// <param name="fileSystems">Mountable as the API names it → type.</param>
    public List<InspectedSystem> Inspect(OrderedDictionary<string, string> fileSystems)
    {
        var mountables = new List<(string Mountable, string Type)>();
        foreach (var (mountable, type) in fileSystems)
        {
            mountables.Add((devices.ResolveMountable(mountable, "mountable"), type));
        }

        var guestDevices = new GuestDevices(
            tree, names, devices, [.. mountables.Select(found => DeviceResolver.Parse(found.Mountable).Device).Distinct()]);
        var systems = new List<InspectedSystem>();
        foreach (var (mountable, type) in mountables)
        {
            if (!Unmountable.Contains(type) && !type.EndsWith("_member", StringComparison.Ordinal)
                && LookInside(mountable, type, guestDevices) is { } system)
            {
                systems.Add(system);
            }
        }

        return systems;
    }

    private InspectedSystem? LookInside(string mountable, string type, GuestDevices guestDevices)
    {
        var mount = TryMount(mountable, type);
        if (mount is null)
        {
            return null;
        }

        using var unkept = type == ByProgram ? mount : null;
        if (unkept is null)
        {
            kept.Keep(mount);
        }

        var root = GuestRoot.OfFolder(mount.Folder);
        try
        {
            var files = new GuestFiles(root);
            if (WindowsRoot.Recognise(root, type, guestDevices) is { } windows)
            {
                return windows with { Root = mountable, FileSystems = [new(mountable, "/")] };
            }

            return LinuxRoot.Recognise(files) is { } system && !BtrfsSnapshot.IsOne(mount.Folder, type)
                ? system with { Root = mountable, FileSystems = UsedFileSystems(files, mountable, guestDevices) }
                : null;
        }
        finally
        {
            root.Forget();
        }
    }

    private TemporaryMount? TryMount(string mountable, string type)
    {
        try
        {
            return TemporaryMount.Open(mounter, mountable, type, MountFlags.ReadOnly);
        }
        catch (Exception e) when (e is DaemonException or PosixException)
        {
            // A file system that cannot be mounted holds no guest that could be used; the others are still looked at.
            ConsoleLine.Write($"inspection: {mountable}: {e.Message}");
            return null;
        }
    }

    // The order is the original's: the last line first.
    private static List<UsedFileSystem> UsedFileSystems(GuestFiles files, string root, GuestDevices guestDevices)
    {
        var used = new List<UsedFileSystem>();
        foreach (var entry in Fstab.Parse(files.ReadText(FstabPath) ?? ""))
        {
            if (!entry.HasType("iso9660") && FstabSource.Resolve(entry, root, guestDevices) is { } device)
            {
                var mountable = entry.Subvolume is { } subvolume && !Mountable.IsSubvolume(device)
                    ? new Mountable(device, subvolume).ToString()
                    : device;
                used.Insert(0, new(mountable, entry.Mountpoint));
            }
        }

        return used.Exists(found => found.Mountpoint == "/") ? used : [.. used, new(root, "/")];
    }
}
