using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Daemon.Devices;

/// <summary>Where the kernel shows its devices. Tests put folders of their own in their place.</summary>
/// <param name="SysFolder"><c>/sys</c>.</param>
/// <param name="DevFolder"><c>/dev</c>.</param>
internal sealed record DeviceTree(string SysFolder, string DevFolder)
{
    /// <summary>The kernel's own.</summary>
    public static readonly DeviceTree Kernel = new("/sys", "/dev");

    /// <summary>No device at all: beside an ordinary system the daemon must not touch its disks.</summary>
    public static readonly DeviceTree Nothing = new("/dev/null", "/dev/null");

    /// <summary>Names of all whole block devices.</summary>
    public string[] WholeDevices() => Folder.List($"{SysFolder}/block");

    /// <summary>Names of the partitions of a device, sorted as bytes.</summary>
    public IEnumerable<string> Partitions(string device)
    {
        foreach (var name in Folder.List($"{SysFolder}/block/{device}"))
        {
            if (name.StartsWith(device, StringComparison.Ordinal) && Attribute($"{device}/{name}", "partition") is not null)
            {
                yield return name;
            }
        }
    }

    /// <summary>The content of an attribute below /sys/block; null where there is none.</summary>
    public string? Attribute(string device, string attribute) => SmallFile.TryRead($"{SysFolder}/block/{device}/{attribute}");

    /// <summary>Size in bytes.</summary>
    public long Size(string device) =>
        long.TryParse(Attribute(device, "size"), out var sectors) ? sectors * 512 : 0;

    /// <summary>Where the device sits on its bus; null where it is no SCSI device.</summary>
    public ScsiAddress? Address(string device)
    {
        try
        {
            return ScsiAddress.Find(Descriptors.ReadLink($"{SysFolder}/block/{device}"));
        }
        catch (PosixException)
        {
            return null;
        }
    }

    /// <summary>What is built on a device: device-mapper and md devices, by the kernel's names.</summary>
    public string[] Holders(string device) => Folder.List($"{SysFolder}/block/{device}/holders");

    /// <summary>The driver of a SCSI host, such as <c>virtio_scsi</c>; null where there is no such host.</summary>
    public string? HostDriver(int host) => SmallFile.TryRead($"{SysFolder}/class/scsi_host/host{host}/proc_name");

    /// <summary>The device number; null where there is no such device.</summary>
    public DeviceNumber? Number(string device)
    {
        if (Attribute(device, "dev") is not { } text || text.IndexOf(':') is var colon && colon < 0)
        {
            return null;
        }

        return uint.TryParse(text.AsSpan(0, colon), out var major) && uint.TryParse(text.AsSpan(colon + 1), out var minor)
            ? new(major, minor)
            : null;
    }

    /// <summary>Whether there is a device file of that path below /dev.</summary>
    /// <param name="path">Such as <c>/dev/sda1</c>.</param>
    public bool Exists(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) && Descriptors.TryStat(DevFolder + path[4..]) is not null;
}
