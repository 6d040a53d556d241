using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Devices;

/// <summary>From the names that the API uses to devices that exist (manual, ALGORITHM FOR BLOCK DEVICE NAME TRANSLATION), and back.</summary>
internal sealed class DeviceResolver(DeviceTree tree, DeviceNames names, StorageActivation activation)
{
    private const string DevPrefix = "/dev/";
    private const string StandardPrefix = "/dev/sd";
    private const string MapperPrefix = "/dev/mapper/";
    private const string LabelPrefix = "/dev/disk/guestfs/";
    private const string LvmUuidPrefix = "LVM-";

    /// <summary>Other families of names that a standard name may stand for, in this order.</summary>
    private static readonly string[] Translations = ["/dev/hd", "/dev/vd"];

    /// <summary>The path of an existing device, by the kernel's name.</summary>
    /// <param name="argument">Name of the argument, for the message.</param>
    /// <exception cref="DaemonException">EINVAL: not below /dev. ENOENT: no such device.</exception>
    public string Resolve(string device, string argument)
    {
        if (!device.StartsWith(DevPrefix, StringComparison.Ordinal) || device.Contains("/../", StringComparison.Ordinal))
        {
            throw new DaemonException("EINVAL", $"{argument}: expecting the name of a device below /dev: {device}");
        }

        return TryResolve(device) ?? throw new DaemonException("ENOENT", $"{device}: no such device");
    }

    /// <summary>A mountable whose device exists, by the kernel's name.</summary>
    /// <exception cref="DaemonException">EINVAL: not below /dev. ENOENT: no such device.</exception>
    public string ResolveMountable(string mountable, string argument) =>
        Mountable.IsSubvolume(mountable) ? Mountable.Parse(mountable, TryResolve).ToString() : Resolve(mountable, argument);

    /// <summary>A mountable that has been resolved, taken apart.</summary>
    public static Mountable Parse(string resolved) =>
        Mountable.Parse(resolved, device => Descriptors.TryStat(device) is { Kind: FileKind.BlockDevice } ? device : null);

    /// <summary>The API's name for a path below /dev; other text is returned as it is.</summary>
    public string ToApi(string path)
    {
        if (path.StartsWith(MapperPrefix, StringComparison.Ordinal))
        {
            return LogicalVolume(path[MapperPrefix.Length..]) ?? path;
        }

        if (path.StartsWith("/dev/dm-", StringComparison.Ordinal) && tree.Attribute(path[DevPrefix.Length..], "dm/name") is { } name)
        {
            return LogicalVolume(name) ?? MapperPrefix + name;
        }

        return names.PathToApi(path);
    }

    /// <summary>The API's name for a mountable.</summary>
    public string MountableToApi(string mountable)
    {
        if (!Mountable.IsSubvolume(mountable))
        {
            return ToApi(mountable);
        }

        var parsed = Parse(mountable);
        return (parsed with { Device = ToApi(parsed.Device) }).ToString();
    }

    // Programs that look for volumes take time, so they run only when a name is asked for that nobody knows yet.
    private string? TryResolve(string device) =>
        Existing(device) ?? (activation.EnsureActive() ? Existing(device) : null);

    private string? Existing(string device)
    {
        if (device.StartsWith(LabelPrefix, StringComparison.Ordinal))
        {
            return DiskLabels.Find(tree, names, device[LabelPrefix.Length..]);
        }

        if (!device.StartsWith(StandardPrefix, StringComparison.Ordinal))
        {
            return tree.Exists(device) && !names.IsAppliance(device[DevPrefix.Length..]) ? device : null;
        }

        if (names.ToKernel(device[DevPrefix.Length..]) is { } kernelName && tree.Exists(DevPrefix + kernelName))
        {
            return DevPrefix + kernelName;
        }

        foreach (var family in Translations)
        {
            var translated = family + device[StandardPrefix.Length..];
            if (tree.Exists(translated) && !names.IsAppliance(translated[DevPrefix.Length..]))
            {
                return translated;
            }
        }

        return null;
    }

    // Device-mapper doubles each hyphen of the names of group and volume and puts a single one between them.
    private string? LogicalVolume(string mapperName)
    {
        var separator = -1;
        for (var i = 0; i < mapperName.Length; i++)
        {
            if (mapperName[i] != '-')
            {
                continue;
            }

            if (i + 1 < mapperName.Length && mapperName[i + 1] == '-')
            {
                i++;
                continue;
            }

            separator = i;
            break;
        }

        if (separator <= 0 || !IsLogicalVolume(mapperName))
        {
            return null;
        }

        var group = mapperName[..separator].Replace("--", "-", StringComparison.Ordinal);
        var volume = mapperName[(separator + 1)..].Replace("--", "-", StringComparison.Ordinal);
        return $"/dev/{group}/{volume}";
    }

    private bool IsLogicalVolume(string mapperName)
    {
        foreach (var device in Folder.List($"{tree.SysFolder}/block"))
        {
            if (device.StartsWith("dm-", StringComparison.Ordinal) && tree.Attribute(device, "dm/name") == mapperName)
            {
                return tree.Attribute(device, "dm/uuid")?.StartsWith(LvmUuidPrefix, StringComparison.Ordinal) == true;
            }
        }

        return false;
    }
}
