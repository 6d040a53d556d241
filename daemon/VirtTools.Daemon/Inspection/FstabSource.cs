using System.Text.RegularExpressions;

namespace VirtTools.Daemon.Inspection;

/// <summary>What the first field of a line of fstab stands for.</summary>
internal static partial class FstabSource
{
    private const string DiskFolder = "/dev/disk/";

    /// <summary>Drives for removable media: empty in an image.</summary>
    private static readonly string[] RemovablePrefixes = ["/dev/fd", "/dev/floppy", "/dev/cd", "/dev/dvd", "/dev/sr", "/dev/scd"];

    /// <summary>The device.</summary>
    /// <param name="root">The mountable on which the fstab is.</param>
    /// <returns>
    /// The kernel's name; the guest's own name of a device that is not found; null for what is no device, and for a tag that nothing has.
    /// </returns>
    public static string? Resolve(FstabEntry entry, string root, GuestDevices devices)
    {
        if (Tag(entry.Source) is var (tag, value))
        {
            return Tagged(tag, value, devices) ?? (entry.Source.StartsWith('/') ? entry.Source : null);
        }

        if (!entry.Source.StartsWith("/dev/", StringComparison.Ordinal)
            || Array.Exists(RemovablePrefixes, prefix => entry.Source.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return null;
        }

        return entry.Source switch
        {
            "/dev/root" or "/dev/rootfs" => root,
            _ => ByDisk(entry.Source, devices) ?? devices.Named(entry.Source) ?? entry.Source,
        };
    }

    // UUID=..., or the link that udev makes for the same.
    private static (string Tag, string Value)? Tag(string source)
    {
        if (source.StartsWith(DiskFolder + "by-", StringComparison.Ordinal))
        {
            var rest = source[(DiskFolder.Length + "by-".Length)..];
            var slash = rest.IndexOf('/');
            return slash > 0 ? (rest[..slash].ToUpperInvariant(), rest[(slash + 1)..]) : null;
        }

        var equals = source.IndexOf('=');
        return equals > 0 && !source.StartsWith('/') ? (source[..equals], source[(equals + 1)..]) : null;
    }

    private static string? Tagged(string tag, string value, GuestDevices devices) => tag switch
    {
        "UUID" => devices.WithUuid(value),
        "LABEL" => devices.WithLabel(value),
        "PARTUUID" => devices.WithPartitionUuid(value),
        "PARTLABEL" => devices.WithPartitionLabel(value),
        _ => null,
    };

    // Disks of the guest's own buses are our drives in the same order.
    private static string? ByDisk(string source, GuestDevices devices)
    {
        if (Lettered().Match(source) is { Success: true } lettered
            && Devices.DiskName.Parse(lettered.Groups[1].Value, "") is { } disk)
        {
            return devices.OnDisk(disk.Index, disk.Partition);
        }

        return Numbered().Match(source) is { Success: true } numbered && int.TryParse(numbered.Groups[1].Value, out var index)
            ? devices.OnDisk(index, numbered.Groups[2].Value)
            : null;
    }

    [GeneratedRegex("^/dev/(?:sd|hd|vd|xvd)([a-z]{1,4}[0-9]{0,3})$", RegexOptions.CultureInvariant)]
    private static partial Regex Lettered();

    [GeneratedRegex("^/dev/(?:nvme|mmcblk|cciss/c0d)([0-9]{1,3})(?:n1)?(?:p([0-9]{1,3}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();
}
