using VirtTools.Daemon.Inspection.Linux;
using VirtTools.Daemon.Inspection.Windows;

namespace VirtTools.Daemon.Inspection;

/// <summary>A file system that the guest uses when it runs.</summary>
/// <param name="Mountable">By the kernel's name; a device that does not exist as the guest's fstab calls it.</param>
/// <param name="Mountpoint">Where it is mounted; no absolute path for swap space.</param>
internal sealed record UsedFileSystem(string Mountable, string Mountpoint)
{
    /// <summary>Whether it is mounted at all.</summary>
    public bool IsMounted => Mountpoint.StartsWith('/');
}

/// <summary>What inspection found out about an operating system.</summary>
internal sealed record InspectedSystem
{
    /// <summary>Kind, such as <c>linux</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The distribution.</summary>
    public Distribution Distribution { get; init; } = Distribution.None;

    /// <summary>The program that manages its packages.</summary>
    public string PackageManager { get; init; } = ReleaseFiles.UnknownText;

    /// <summary>The product's own name.</summary>
    public string ProductName { get; init; } = ReleaseFiles.UnknownText;

    /// <summary>Variant of the product.</summary>
    public string ProductVariant { get; init; } = ReleaseFiles.UnknownText;

    /// <summary>Version.</summary>
    public GuestVersion Version { get; init; }

    /// <summary>Build id.</summary>
    public string BuildId { get; init; } = ReleaseFiles.UnknownText;

    /// <summary>Architecture of the programs.</summary>
    public string Architecture { get; init; } = ReleaseFiles.UnknownText;

    /// <summary>Host name.</summary>
    public string Hostname { get; init; } = ReleaseFiles.UnknownText;

    /// <summary>The mountable of its root, by the kernel's name.</summary>
    public string Root { get; init; } = "";

    /// <summary>What it uses, the last line of its fstab first, as the original lists them.</summary>
    public IReadOnlyList<UsedFileSystem> FileSystems { get; init; } = [];

    /// <summary>What only a Windows has; null for others.</summary>
    public WindowsSystem? Windows { get; init; }
}
