using System.Text.RegularExpressions;

namespace VirtTools.Daemon.Inspection.GuestTables;

/// <summary>What the first field of a line of fstab stands for.</summary>
internal static partial class FstabSource
{
    private const string DiskFolder = "/dev/disk/";
    private const string MapperFolder = "/dev/mapper/";
    private const string ArrayFolder = "/dev/md/";
    private const string MapperNameLink = "/dev/disk/by-id/dm-name-";
    private const string LuksPrefix = "luks-";

    /// <summary>Drives for removable media: empty in an image.</summary>
    private static readonly string[] RemovablePrefixes = ["/dev/fd", "/dev/floppy", "/dev/cd", "/dev/dvd", "/dev/sr", "/dev/scd"];

    /// <summary>The device.</summary>
    /// <param name="root">The mountable on which the fstab is.</param>
    /// <param name="named">What the guest says elsewhere of the devices.</param>
    /// <returns>
    /// The kernel's name; the guest's own name of a device that is not found; null for what is no device, and for a tag that nothing has.
    /// </returns>
    public static string? Resolve(FstabEntry entry, string root, GuestDevices devices, NamedDevices named)
    {
        if (entry.Source.StartsWith(MapperNameLink, StringComparison.Ordinal))
        {
            return Mapped(entry.Source[MapperNameLink.Length..], devices, named) ?? entry.Source;
        }

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
            _ => ArrayOf(entry.Source, devices, named)
                ?? ByDisk(entry.Source, devices)
                ?? devices.Named(entry.Source)
                ?? (entry.Source.StartsWith(MapperFolder, StringComparison.Ordinal) ? Mapped(entry.Source[MapperFolder.Length..], devices, named) : null)
                ?? BsdDevice.Resolve(entry.Source, devices)
                ?? entry.Source,
        };
    }

    // The appliance gives arrays numbers of its own: what stays is their UUID, which the guest has in its mdadm.conf, and their name.
    private static string? ArrayOf(string source, GuestDevices devices, NamedDevices named)
    {
        if (named.Arrays.TryGetValue(source, out var uuid) && devices.ArrayWithUuid(uuid) is { } array)
        {
            return array;
        }

        return source.StartsWith(ArrayFolder, StringComparison.Ordinal) ? devices.ArrayWithName(source[ArrayFolder.Length..]) : null;
    }

    // A name of device-mapper: a logical volume has the same here, an encrypted device may have been opened under another one.
    private static string? Mapped(string name, GuestDevices devices, NamedDevices named)
    {
        if (devices.Named(MapperFolder + name) is { } device)
        {
            return device;
        }

        var source = named.Encrypted.GetValueOrDefault(name) ?? (name.StartsWith(LuksPrefix, StringComparison.Ordinal) ? $"UUID={name[LuksPrefix.Length..]}" : null);
        return source is null ? null
            : Tag(source) is ("UUID", var uuid) ? devices.OpenedWithUuid(uuid)
            : (Tag(source) is var (tag, value) ? Tagged(tag, value, devices) : ByDisk(source, devices) ?? devices.Named(source)) is { } below ? devices.OpenedOver(below)
            : null;
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
