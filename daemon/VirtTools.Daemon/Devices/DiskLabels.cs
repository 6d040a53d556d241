using System.Text;
using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Daemon.Devices;

/// <summary>Drives with a label (<c>AddDrive</c> with <c>label</c>): the library gives the label as the disk's serial number.</summary>
internal static class DiskLabels
{
    private const int PageHeaderSize = 4; // SPC-4, 7.8.17 Unit Serial Number VPD page

    /// <summary>Each label with the kernel's name of its disk.</summary>
    public static IEnumerable<(string Label, string Device)> All(DeviceTree tree, DeviceNames names)
    {
        foreach (var device in tree.WholeDevices())
        {
            if (SerialOf(tree, device) is { Length: > 0 } serial && serial != Wire.HandOver.PlaceholderSerial && !names.IsAppliance(device))
            {
                yield return (serial, device);
            }
        }
    }

    /// <summary>The device behind a name below /dev/disk/guestfs: a label, or a label and a partition number.</summary>
    /// <returns>Its path by the kernel's name; null where no disk has the label.</returns>
    public static string? Find(DeviceTree tree, DeviceNames names, string name)
    {
        foreach (var (label, device) in All(tree, names))
        {
            if (name.StartsWith(label, StringComparison.Ordinal))
            {
                var path = $"/dev/{device}{name[label.Length..]}";
                if (!name.AsSpan(label.Length).ContainsAnyExceptInRange('0', '9') && tree.Exists(path))
                {
                    return path;
                }
            }
        }

        return null;
    }

    private static string? SerialOf(DeviceTree tree, string device)
    {
        if (tree.Attribute(device, "serial") is { } virtioSerial)
        {
            return virtioSerial.Trim();
        }

        try
        {
            var page = SmallFile.ReadBytes($"{tree.SysFolder}/block/{device}/device/vpd_pg80");
            return page.Length > PageHeaderSize ? Encoding.ASCII.GetString(page.AsSpan(PageHeaderSize)).Trim() : null;
        }
        catch (PosixException)
        {
            return null;
        }
    }
}
