using VirtTools.Daemon.Boot;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Filesystems;
using VirtTools.Daemon.Inspection.GuestTables;
using VirtTools.Daemon.Inspection.Linux;
using VirtTools.Daemon.Inspection.Others;
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
internal sealed class Inspector(DeviceTree tree, DeviceNames names, DeviceResolver devices, Mounter mounter, KeptMounts kept, BtrfsView btrfs)
{
    /// <summary>What list_filesystems names although nothing can be mounted.</summary>
    private static readonly string[] Unmountable = ["unknown", "swap", "crypto_LUKS", "BitLocker"];

    /// <summary>Mounted by a program that wants the device for itself.</summary>
    private const string ByProgram = "ntfs";

    /// <summary>A btrfs may have any number of subvolumes.</summary>
    private const int MostLooks = 2000;

    /// <summary>Looks at all of them.</summary>
    /// <param name="fileSystems">Mountable as the API names it → type.</param>
    public List<InspectedSystem> Inspect(OrderedDictionary<string, string> fileSystems)
    {
        var mountables = new List<(string Mountable, string Type)>();
        foreach (var (mountable, type) in fileSystems)
        {
            mountables.Add((devices.ResolveMountable(mountable, "mountable"), type));
        }

        var subvolumes = new SubvolumeTable(btrfs);
        var guestDevices = new GuestDevices(
            tree, names, devices, [.. mountables.Select(found => DeviceResolver.Parse(found.Mountable).Device).Distinct()], subvolumes.NameOf);
        var found = new List<Sighting>();
        var looks = 0;
        var families = new HashSet<string>();
        var snapshots = new List<(string Mountable, SubvolumePlace Place)>();
        foreach (var (mountable, type) in mountables)
        {
            if (Unmountable.Contains(type) || type.EndsWith("_member", StringComparison.Ordinal))
            {
                continue;
            }

            var place = subvolumes.PlaceOf(mountable, type);
            if (place is { IsSnapshot: true } snapshot)
            {
                snapshots.Add((mountable, snapshot));
            }
            else if (place is null || !families.Contains(place.Value.Family))
            {
                Look(mountable, type, place);
            }
        }

        // After a rollback the root may be a snapshot itself: they are looked at where there is nothing else of the kind.
        foreach (var (mountable, place) in snapshots.OrderBy(snapshot => snapshot.Place.IsReadOnly))
        {
            if (!families.Contains(place.Family))
            {
                Look(mountable, "btrfs", place);
            }
        }

        return SightingsMerged.ToSystems(found);

        void Look(string mountable, string type, SubvolumePlace? place)
        {
            if (looks++ >= MostLooks || LookInside(mountable, type, guestDevices) is not { } sighting)
            {
                return;
            }

            found.Add(sighting);
            if (place is { } known)
            {
                families.Add(known.Family);
            }
        }
    }

    private Sighting? LookInside(string mountable, string type, GuestDevices guestDevices)
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
                return new(mountable, SightingKind.Root, windows with { Root = mountable, FileSystems = [new(mountable, "/")] });
            }

            return Recognise(files, type) is { } system
                ? new(mountable, SightingKind.Root, system with { Root = mountable, FileSystems = UsedFileSystems.Read(files, mountable, guestDevices) })
                {
                    HasUnnamedUsr = LinuxRoot.IsCoreOsRoot(files),
                }
                : LinuxRoot.RecogniseUsr(files) is { } usr ? new Sighting(mountable, SightingKind.Usr, usr)
                : null;
        }
        finally
        {
            root.Forget();
        }
    }

    // The more a system must have to be taken for one, the earlier it is tried.
    private static InspectedSystem? Recognise(GuestFiles files, string type) =>
        BsdRoot.Recognise(files)
        ?? LinuxRoot.Recognise(files)
        ?? DosRoot.Recognise(files, type);

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
}
