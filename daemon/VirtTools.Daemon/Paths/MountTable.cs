using VirtTools.Posix;

namespace VirtTools.Daemon.Paths;

/// <summary>A line of /proc/self/mountinfo that concerns the guest.</summary>
/// <param name="Source">The device, as the kernel names it.</param>
/// <param name="Path">Absolute path in the guest.</param>
/// <param name="FileSystem">Type such as <c>ext4</c>.</param>
/// <param name="Device">Number of the mounted device.</param>
/// <param name="Root">Which part of the file system is mounted: <c>/</c>, or a subvolume of btrfs.</param>
internal sealed record GuestMount(string Source, string Path, string FileSystem, DeviceNumber Device, string Root);

/// <summary>A line of /proc/self/mountinfo as far as it concerns a device.</summary>
/// <param name="Device">Number of the mounted device; one of its own for some kinds of file systems.</param>
/// <param name="Source">The device, as the kernel names it, or some other word.</param>
/// <param name="IsReadOnly">Whether the file system itself writes nothing, wherever else it may be mounted.</param>
internal readonly record struct DeviceMount(DeviceNumber Device, string Source, bool IsReadOnly);

/// <summary>What is mounted in the guest's tree, in the order in which it was mounted.</summary>
internal static class MountTable
{
    private const string SourceFile = "/proc/self/mountinfo";

    /// <summary>Reads the kernel's table; a folder in place of a guest has no mounts, whatever else this system has mounted there.</summary>
    public static List<GuestMount> Read(GuestRoot root) =>
        root.HasMounts ? Parse(SmallFile.Read(SourceFile), root.Folder, root.Blank) : [];

    /// <summary>Picks the mounts on or below a folder (proc(5), section /proc/pid/mountinfo).</summary>
    /// <param name="skipped">Device number of the empty file system on which the guest is mounted.</param>
    public static List<GuestMount> Parse(string text, string folder, DeviceNumber skipped)
    {
        var mounts = new List<GuestMount>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split(' ');
            var separator = fields.Length > 6 ? Array.IndexOf(fields, "-", 6) : -1;
            if (separator < 0 || separator + 2 >= fields.Length)
            {
                continue;
            }

            var path = Unescape(fields[4]);
            var device = ParseNumber(fields[2]);
            if (device == skipped || !(path == folder || (path.StartsWith(folder, StringComparison.Ordinal) && path[folder.Length] == '/')))
            {
                continue;
            }

            var inGuest = path.Length == folder.Length ? "/" : path[folder.Length..];
            mounts.Add(new(Unescape(fields[separator + 2]), inGuest, fields[separator + 1], device, Unescape(fields[3])));
        }

        return mounts;
    }

    /// <summary>All mounts of the system, the guest's and others.</summary>
    public static IEnumerable<DeviceMount> ParseDevices(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split(' ');
            var separator = fields.Length > 6 ? Array.IndexOf(fields, "-", 6) : -1;
            if (separator >= 0 && separator + 3 < fields.Length)
            {
                // The last field holds the options of the file system; those of field 6 are of this mount only.
                yield return new(ParseNumber(fields[2]), Unescape(fields[separator + 2]), fields[separator + 3].Split(',').Contains("ro"));
            }
        }
    }

    private static DeviceNumber ParseNumber(string text)
    {
        var colon = text.IndexOf(':');
        return new(uint.Parse(text.AsSpan(0, colon)), uint.Parse(text.AsSpan(colon + 1)));
    }

    // Blank, tab, line feed and backslash are three octal digits after a backslash.
    private static string Unescape(string text)
    {
        if (!text.Contains('\\'))
        {
            return text;
        }

        var plain = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length)
            {
                plain.Append((char)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }
}
