namespace VirtTools.Commands;

/// <summary>An operating system of a guest, as virt-inspector tells it. A text that is not known is null.</summary>
/// <param name="Root">The device or subvolume of its root.</param>
internal sealed record OperatingSystem(string Root)
{
    public string? Type { get; init; }

    public string? Architecture { get; init; }

    public string? Distribution { get; init; }

    /// <summary>Short name in libosinfo's database.</summary>
    public string? Osinfo { get; init; }

    public string? ProductName { get; init; }

    public string? ProductVariant { get; init; }

    public int MajorVersion { get; init; }

    public int MinorVersion { get; init; }

    public string? BuildId { get; init; }

    public string? PackageFormat { get; init; }

    public string? PackageManagement { get; init; }

    public string? Hostname { get; init; }

    /// <summary>What only a Windows has; null for others.</summary>
    public WindowsFacts? Windows { get; init; }

    /// <summary>Shorter paths first.</summary>
    public IReadOnlyList<MountedPlace> Mountpoints { get; init; } = [];

    /// <summary>By name.</summary>
    public IReadOnlyList<UsedFilesystem> Filesystems { get; init; } = [];

    /// <summary>By letter.</summary>
    public IReadOnlyList<DriveMapping> Drives { get; init; } = [];

    /// <summary>The applications; null where they were not asked for or cannot be read.</summary>
    public IReadOnlyList<Application2>? Applications { get; init; }

    /// <summary>A PNG image; empty where there is none, or it was not asked for.</summary>
    public byte[] Icon { get; init; } = [];
}

/// <summary>What the registry of a Windows says, and where it lies.</summary>
internal sealed record WindowsFacts(string? SystemRoot, string? ControlSet, string? SoftwareHive, string? SystemHive, bool? HasGroupPolicy);

/// <summary>A file system and where the guest mounts it.</summary>
internal sealed record MountedPlace(string Mountpoint, string Device);

/// <summary>A file system that the guest uses.</summary>
internal sealed record UsedFilesystem(string Device, string? Type, string? Label, string? Uuid);

/// <summary>A drive letter.</summary>
internal sealed record DriveMapping(string Name, string Device);
