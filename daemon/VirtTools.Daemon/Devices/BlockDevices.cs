namespace VirtTools.Daemon.Devices;

/// <summary>What block devices there are, by the kernel's names, in the order of the API's.</summary>
internal sealed class BlockDevices(DeviceTree tree, DeviceNames names)
{
    /// <summary>Prefixes of the names of drives.</summary>
    private static readonly string[] DrivePrefixes = ["hd", "sd", "ubd", "vd", "sr"];

    /// <summary>Paths of the drives; those of the appliance and empty CD-ROM drives are left out.</summary>
    public string[] Drives() => [.. DriveNames().Select(name => "/dev/" + name)];

    /// <summary>Paths of the partitions of the drives, and of partitioned md devices.</summary>
    public string[] Partitions() =>
        [.. DriveNames().Concat(ArrayNames()).SelectMany(Ordered).Select(name => "/dev/" + name)];

    /// <summary>Paths of the md devices.</summary>
    public string[] Arrays() => [.. ArrayNames().Select(name => "/dev/" + name)];

    /// <summary>Whether a device has partitions.</summary>
    /// <param name="path">Such as <c>/dev/sda</c>.</param>
    public bool IsPartitioned(string path) => tree.Partitions(path["/dev/".Length..]).Any();

    /// <summary>Device-mapper devices: name, UUID and kernel's name, by name.</summary>
    public IEnumerable<MappedDevice> Mapped() =>
        tree.WholeDevices()
            .Where(device => device.StartsWith("dm-", StringComparison.Ordinal))
            .Select(device => new MappedDevice(device, tree.Attribute(device, "dm/name") ?? "", tree.Attribute(device, "dm/uuid") ?? ""))
            .OrderBy(device => device.Name, StringComparer.Ordinal);

    private IEnumerable<string> DriveNames()
    {
        names.Rescan();
        return tree.WholeDevices()
            .Where(name => DrivePrefixes.Any(prefix => DiskName.Parse(name, prefix) is not null || IsNumbered(name, prefix)))
            .Where(name => !names.IsAppliance(name) && tree.Size(name) > 0)
            .OrderBy(name => SortKey(names.ToApi(name)), StringComparer.Ordinal);
    }

    private IEnumerable<string> ArrayNames() =>
        tree.WholeDevices().Where(name => name.StartsWith("md", StringComparison.Ordinal) && tree.Size(name) > 0);

    private IEnumerable<string> Ordered(string device) => tree.Partitions(device).OrderBy(NumberOf);

    private static int NumberOf(string partition)
    {
        var digits = partition.AsSpan().TrimEnd("0123456789").Length;
        return int.TryParse(partition.AsSpan(digits), out var number) ? number : 0;
    }

    // CD-ROM drives have a number where disks have letters.
    private static bool IsNumbered(string name, string prefix) =>
        prefix == "sr" && name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length
        && !name.AsSpan(prefix.Length).ContainsAnyExceptInRange('0', '9');

    // Longer names after shorter ones of the same family: sdz before sdaa.
    private static string SortKey(string name)
    {
        var family = DrivePrefixes.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ?? "";
        return $"{family} {name.Length:D3} {name}";
    }
}

/// <summary>A device of device-mapper.</summary>
/// <param name="KernelName">Such as <c>dm-0</c>.</param>
/// <param name="Name">Name below /dev/mapper.</param>
/// <param name="Uuid">Says who made it: <c>LVM-</c> and the like.</param>
internal sealed record MappedDevice(string KernelName, string Name, string Uuid)
{
    private const string LvmPrefix = "LVM-";
    private const string CryptPrefix = "CRYPT-";
    private const int LvmUuidLength = 64; // of group and volume, 32 characters each

    /// <summary>Belongs to LVM.</summary>
    public bool IsLvm => Uuid.StartsWith(LvmPrefix, StringComparison.Ordinal);

    /// <summary>A logical volume for use; parts of thin pools, snapshots and mirrors have something behind the UUID.</summary>
    public bool IsVolume => IsLvm && Uuid.Length == LvmPrefix.Length + LvmUuidLength;

    /// <summary>An encrypted device that has been opened.</summary>
    public bool IsDecrypted => Uuid.StartsWith(CryptPrefix, StringComparison.Ordinal);

    /// <summary>Path below /dev/mapper.</summary>
    public string Path => "/dev/mapper/" + Name;
}
