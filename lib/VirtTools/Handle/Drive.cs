using VirtTools.Images;
using VirtTools.Remote;

namespace VirtTools.Handle;

/// <summary>A drive as it was added to the handle. Its image is open from then on, so nothing can be put in its place before launch.</summary>
internal sealed record Drive : IDisposable
{
    /// <summary>The open image; null for a drive behind a server.</summary>
    public DriveImage? Image { get; init; }

    /// <summary>Where a drive behind a server is; it is opened at launch.</summary>
    public RemoteAddress? Remote { get; init; }

    /// <summary>The format that the user gave to a drive behind a server; null to find out.</summary>
    public string? RemoteFormat { get; init; }

    public required bool ReadOnly { get; init; }

    /// <summary>How messages and <c>debug_drives</c> call it.</summary>
    public required string Name { get; init; }

    /// <summary>Null is a SCSI disk with a fixed address; else <c>virtio</c>, <c>ide</c> or <c>scsi</c>.</summary>
    public string? Interface { get; init; }

    /// <summary>Appears as <c>/dev/disk/guestfs/LABEL</c> in the appliance.</summary>
    public string? Label { get; init; }

    public DriveDiscard Discard { get; init; }

    public DriveCacheMode CacheMode { get; init; }

    public bool CopyOnRead { get; init; }

    /// <summary>Sector size in bytes that the guest sees, 512 or 4096.</summary>
    public int? BlockSize { get; init; }

    public void Dispose() => Image?.Dispose();

    public override string ToString() =>
        $"path={Name} format={Image?.Layers[0].Format ?? RemoteFormat ?? "unknown"}{(ReadOnly ? " readonly" : "")}{(Interface is null ? "" : $" iface={Interface}")}"
        + $"{(Label is null ? "" : $" label={Label}")}{(BlockSize is null ? "" : $" blocksize={BlockSize}")}";
}

/// <summary>What happens to discard requests of the guest.</summary>
internal enum DriveDiscard
{
    Disable,
    Enable,
    BestEffort,
}

/// <summary>How writes reach the image.</summary>
internal enum DriveCacheMode
{
    /// <summary>Flushes of the guest reach the disk.</summary>
    WriteBack,

    /// <summary>Flushes are ignored: fast, and a crash of the host loses the image.</summary>
    Unsafe,
}
