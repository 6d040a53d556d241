using VirtTools.Daemon.Native;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Devices;

/// <summary>Where a device lies on a drive.</summary>
/// <param name="Target">SCSI target number of the drive.</param>
/// <param name="Start">First byte in the drive.</param>
/// <param name="Length">Size in bytes.</param>
internal readonly record struct DriveExtent(int Target, long Start, long Length);

/// <summary>The host may not read or write the device beside the guest; the message says why.</summary>
internal sealed class NotBesideGuestException(string reason) : Exception(reason);

/// <summary>
/// Decides whether the host may read or write a device while the guest looks away: a whole drive on virtio-scsi or a partition of one, that nobody in
/// here writes to (to read it) or uses at all (to write it). What the guest's kernel holds of it in memory is written out and forgotten.
/// </summary>
internal sealed class DriveAccess(DeviceTree tree, DeviceNames names, DeviceResolver resolver, DeviceUse use)
{
    private const uint FlushBuffers = 0x1261; // BLKFLSBUF, linux/fs.h
    private const string DevPrefix = "/dev/";
    private const string HostDriver = "virtio_scsi";
    private const int SectorSize = 512;

    /// <summary>Prepares a device for the host.</summary>
    /// <param name="device">By the API's name.</param>
    /// <param name="writes">Whether the host will write.</param>
    /// <exception cref="NotBesideGuestException">It has to go through the guest.</exception>
    /// <exception cref="DaemonException">There is no such device.</exception>
    public DriveExtent Open(string device, bool writes)
    {
        var (disk, wanted, overlapping) = Find(device);
        var target = TargetOf(disk);
        foreach (var stretch in overlapping)
        {
            use.Check(stretch, writes);
        }

        use.CheckClaims(wanted, overlapping, writes);
        Kernel.Synchronize();
        Forget(overlapping);
        return new(target, wanted.Start, wanted.Length);
    }

    /// <summary>The host has written to a device: what the guest's kernel has read of it meanwhile is forgotten.</summary>
    /// <exception cref="NotBesideGuestException">This is no such device.</exception>
    /// <exception cref="DaemonException">There is no such device.</exception>
    public void Close(string device) => Forget(Find(device).Overlapping);

    // The kernel keeps the pages of a drive and of its partitions apart.
    private static void Forget(IReadOnlyList<DriveStretch> stretches)
    {
        foreach (var stretch in stretches)
        {
            using var file = Descriptors.Open(DevPrefix + stretch.Name, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
            Kernel.Control(file, FlushBuffers, 0, stretch.Name);
        }
    }

    private (string Disk, DriveStretch Wanted, IReadOnlyList<DriveStretch> Overlapping) Find(string device)
    {
        var name = resolver.Resolve(device, "device")[DevPrefix.Length..];
        foreach (var disk in names.ScsiDisks.Where(disk => name.StartsWith(disk, StringComparison.Ordinal)))
        {
            List<DriveStretch> all = [new(disk, disk, 0, tree.Size(disk)) { Shown = names.ToApi(disk) }, .. tree.Partitions(disk).Select(partition => Stretch(disk, partition))];
            if (all.Find(stretch => stretch.Name == name) is { Length: > 0 } wanted)
            {
                return (disk, wanted, all.FindAll(wanted.Overlaps));
            }
        }

        throw new NotBesideGuestException("it is neither a drive nor a partition of one");
    }

    private DriveStretch Stretch(string disk, string partition) =>
        new(partition, $"{disk}/{partition}", Bytes(disk, partition, "start"), Bytes(disk, partition, "size")) { Shown = names.ToApi(partition) };

    private long Bytes(string disk, string partition, string attribute) =>
        long.TryParse(tree.Attribute($"{disk}/{partition}", attribute), out var sectors) ? sectors * SectorSize : 0;

    private int TargetOf(string disk) =>
        tree.Address(disk) is { Channel: 0, Lun: 0 } address && tree.HostDriver(address.Host) == HostDriver
            ? address.Target
            : throw new NotBesideGuestException("its drive is none that was added without 'iface'");
}

/// <summary>A drive, or a partition of one.</summary>
/// <param name="Name">The kernel's name.</param>
/// <param name="Place">Its folder below /sys/block.</param>
/// <param name="Start">First byte in the drive.</param>
/// <param name="Length">Size in bytes.</param>
internal sealed record DriveStretch(string Name, string Place, long Start, long Length)
{
    /// <summary>The API's name, for messages: the kernel may have named the drives in another order.</summary>
    public string Shown { get; init; } = Name;

    public bool IsWhole => Name == Place;

    /// <summary>Whether a byte belongs to both. A hostile table may let partitions overlap.</summary>
    public bool Overlaps(DriveStretch other) => Start < other.Start + other.Length && other.Start < Start + Length;
}
