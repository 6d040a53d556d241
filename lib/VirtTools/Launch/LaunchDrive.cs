using VirtTools.Images;

namespace VirtTools.Launch;

/// <summary>What the guest finds the drive at.</summary>
internal enum DriveInterface
{
    /// <summary>A SCSI disk whose target number is the drive's index.</summary>
    Scsi,

    /// <summary>virtio-blk, on PCI.</summary>
    Virtio,

    /// <summary>A SATA disk on an AHCI controller.</summary>
    Ide,
}

/// <summary>A drive of the appliance.</summary>
internal sealed record LaunchDrive
{
    /// <summary>What the names of a drive's block nodes begin with.</summary>
    public static string NodePrefix(int index) => $"drive{index}";

    /// <summary>How many drives a virtio-scsi controller has addresses for; the address behind them stays free.</summary>
    public const int MaximumCount = 255;

    /// <summary>Its place in the order in which drives were added, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The image and what it stands on, from the top to the base.</summary>
    public required IReadOnlyList<ImageLayer> Layers { get; init; }

    public DriveInterface Interface { get; init; }

    /// <summary>The user asked for a drive that is not written: no locks are taken, and what the top layer holds is thrown away.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Shown by the disk as its serial number.</summary>
    public string? Serial { get; init; }

    /// <summary>Discard requests of the guest free space in the image.</summary>
    public bool Discard { get; init; }

    /// <summary>Flushes of the guest are not carried out.</summary>
    public bool IgnoreFlushes { get; init; }

    /// <summary>What is read from a lower layer is kept in the top one.</summary>
    public bool CopyOnRead { get; init; }

    /// <summary>Sector size in bytes that the guest sees; null leaves it to QEMU (512).</summary>
    public int? BlockSize { get; init; }
}
