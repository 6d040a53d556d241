using VirtTools.Posix;

namespace VirtTools.Daemon.Devices;

/// <summary>
/// Which disk is <c>/dev/sda</c>: the first by SCSI address, whatever the kernel called it. The kernel names disks in the order in which probing
/// ends, which differs from boot to boot; the library adds drive N at address N.
/// </summary>
internal sealed class DeviceNames
{
    private const string ScsiPrefix = "sd";
    private const string DevPrefix = "/dev/";

    private readonly DeviceTree _tree;
    private readonly DeviceNumber[] _appliance;
    private string[]? _kernelNames;
    private string[]? _applianceNames;

    /// <param name="appliance">The disks of the appliance itself, its root and the mailbox: not drives of the user, and never named.</param>
    public DeviceNames(DeviceTree tree, params DeviceNumber[] appliance)
    {
        _tree = tree;
        _appliance = appliance;
    }

    /// <summary>Disks may have come or gone.</summary>
    public void Rescan() => _kernelNames = null;

    /// <summary>The kernel's names of the SCSI disks, in the order of the API's names: the first is sda.</summary>
    public IReadOnlyList<string> ScsiDisks => _kernelNames ??= Scan();

    /// <summary>The API's name for what the kernel calls <paramref name="name"/>, without <c>/dev/</c>.</summary>
    public string ToApi(string name)
    {
        if (DiskName.Parse(name, ScsiPrefix) is not { } disk)
        {
            return name;
        }

        var index = IndexOf((disk with { Partition = "" }).ToString());
        return index < 0 ? name : (disk with { Index = index }).ToString();
    }

    /// <summary>The kernel's name for what the API calls <paramref name="name"/>, without <c>/dev/</c>; null for a drive that does not exist.</summary>
    public string? ToKernel(string name)
    {
        if (DiskName.Parse(name, ScsiPrefix) is not { } disk)
        {
            return name;
        }

        if (disk.Index >= ScsiDisks.Count)
        {
            Rescan();
        }

        return disk.Index < ScsiDisks.Count ? ScsiDisks[disk.Index] + disk.Partition : null;
    }

    /// <summary>The same for a path.</summary>
    public string PathToApi(string path) =>
        path.StartsWith(DevPrefix, StringComparison.Ordinal) ? DevPrefix + ToApi(path[DevPrefix.Length..]) : path;

    /// <summary>Whether the device, or the disk it is a partition of, is one of the appliance's own.</summary>
    public bool IsAppliance(string kernelName)
    {
        if (_appliance.Length == 0)
        {
            return false;
        }

        // Looked up once: these disks are in use, so they keep their names, and with 255 drives each look into sysfs counts.
        _applianceNames ??= [.. _tree.WholeDevices().Where(IsApplianceDisk)];
        foreach (var name in _applianceNames)
        {
            if (kernelName == name || (kernelName.StartsWith(name, StringComparison.Ordinal) && char.IsAsciiDigit(kernelName[name.Length])))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsApplianceDisk(string device) => _tree.Number(device) is { } number && _appliance.Contains(number);

    private int IndexOf(string kernelName)
    {
        for (var i = 0; i < ScsiDisks.Count; i++)
        {
            if (ScsiDisks[i] == kernelName)
            {
                return i;
            }
        }

        return -1;
    }

    private string[] Scan()
    {
        var found = new List<(ScsiAddress Address, string Name)>();
        foreach (var name in _tree.WholeDevices())
        {
            if (DiskName.Parse(name, ScsiPrefix) is not null && _tree.Address(name) is { } address && !IsApplianceDisk(name))
            {
                found.Add((address, name));
            }
        }

        found.Sort((left, right) => left.Address.CompareTo(right.Address));
        return [.. found.Select(disk => disk.Name)];
    }
}
