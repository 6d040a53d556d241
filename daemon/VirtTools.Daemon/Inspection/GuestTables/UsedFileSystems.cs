using VirtTools.Daemon.Devices;

namespace VirtTools.Daemon.Inspection.GuestTables;

/// <summary>Reads what a guest mounts when it runs.</summary>
internal static class UsedFileSystems
{
    private const string FstabPath = "/etc/fstab";
    private const string Root = "/";
    private const int MostLines = 10_000;
    private const long MostBytes = 1024 * 1024;

    /// <summary>The file systems in its fstab, the last line first, as the original lists them.</summary>
    /// <param name="root">The mountable on which the fstab is.</param>
    public static List<UsedFileSystem> Read(GuestFiles files, string root, GuestDevices devices)
    {
        var used = new List<UsedFileSystem>();
        var named = NamedDevices.Read(files);
        foreach (var entry in Fstab.Parse(files.Lines(FstabPath, MostBytes).Take(MostLines)))
        {
            if (!entry.HasType("iso9660") && FstabSource.Resolve(entry, root, devices, named) is { } device)
            {
                used.Add(new(WithSubvolume(entry, device, devices), entry.Mountpoint));
            }
        }

        used.Reverse();
        return used.Exists(found => found.Mountpoint == Root) ? used : [.. used, new(root, Root)];
    }

    private static string WithSubvolume(FstabEntry entry, string device, GuestDevices devices)
    {
        if (Mountable.IsSubvolume(device))
        {
            return device;
        }

        var subvolume = entry.Subvolume ?? (entry.SubvolumeId is { } id ? devices.SubvolumeWithId(device, id) : null);
        return subvolume is null ? device : new Mountable(device, subvolume).ToString();
    }
}
