using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Daemon.Devices;

/// <summary>Who uses a drive or a partition: file systems, swap, loop devices, and what is built on top of it (LVM, md, crypt).</summary>
internal sealed class DeviceUse(DeviceTree tree)
{
    private const string MountFile = "/proc/self/mountinfo";
    private const string SwapFile = "/proc/swaps";

    /// <summary>Refuses what is in use in a way that the kernel's tables show.</summary>
    /// <param name="writes">Whether it will be written; reading allows for file systems that are mounted read-only.</param>
    /// <exception cref="NotBesideGuestException">It is in use.</exception>
    public void Check(DriveStretch stretch, bool writes)
    {
        if (tree.Holders(stretch.Place) is [var holder, ..])
        {
            throw new NotBesideGuestException($"{holder} is built on {stretch.Shown}");
        }

        if (IsSwap(stretch))
        {
            throw new NotBesideGuestException($"{stretch.Shown} is swap space in use");
        }

        if (LoopOver(stretch) is { } loop)
        {
            throw new NotBesideGuestException($"{loop} is a loop device over {stretch.Shown}");
        }

        if (Mounts(stretch).Any(mount => writes || !mount.IsReadOnly))
        {
            throw new NotBesideGuestException($"{stretch.Shown} is mounted");
        }
    }

    /// <summary>
    /// Refuses what the kernel says is claimed, whoever claims it (open(2), O_EXCL on a block device): the second device of a btrfs and an external
    /// journal stand in no table. A claim on a partition is one on its drive too. Read-only mounts are claims that may be.
    /// </summary>
    /// <param name="wanted">What will be read or written; <see cref="Check"/> has let it pass.</param>
    /// <param name="overlapping">All that has bytes in common with it.</param>
    /// <param name="writes">Whether it will be written.</param>
    /// <exception cref="NotBesideGuestException">It is in use.</exception>
    public void CheckClaims(DriveStretch wanted, IReadOnlyList<DriveStretch> overlapping, bool writes)
    {
        var partitions = overlapping.Where(stretch => !stretch.IsWhole).ToList();
        if (partitions.Find(partition => IsClaimed(partition, writes) && !IsMounted(partition)) is { } claimed)
        {
            throw new NotBesideGuestException($"{claimed.Shown} is in use");
        }

        if (wanted.IsWhole && IsClaimed(wanted, writes) && !IsMounted(wanted) && !partitions.Exists(IsMounted))
        {
            throw new NotBesideGuestException($"{wanted.Shown} is in use");
        }
    }

    private static bool IsClaimed(DriveStretch stretch, bool writes)
    {
        try
        {
            var access = writes ? OpenFlags.ReadWrite : OpenFlags.ReadOnly;
            Descriptors.Open("/dev/" + stretch.Name, access | OpenFlags.Exclusive | OpenFlags.NonBlocking).Dispose();
            return false;
        }
        catch (PosixException e) when (e.Errno == Errno.EBUSY)
        {
            return true;
        }
        catch (PosixException e)
        {
            throw new NotBesideGuestException($"{stretch.Shown} cannot be opened: {Errno.Message(e.Errno)}");
        }
    }

    private bool IsMounted(DriveStretch stretch) => Mounts(stretch).Any();

    // A btrfs has a device number of its own; its device stands in the table by name.
    private IEnumerable<DeviceMount> Mounts(DriveStretch stretch) =>
        MountTable.ParseDevices(SmallFile.Read(MountFile)).Where(mount => mount.Device == tree.Number(stretch.Place) || Is(mount.Source, stretch));

    private bool IsSwap(DriveStretch stretch) =>
        SmallFile.Read(SwapFile).Split('\n').Skip(1).Any(line => Is(line.Split([' ', '\t'], 2)[0], stretch));

    private string? LoopOver(DriveStretch stretch) =>
        tree.WholeDevices().FirstOrDefault(device => tree.Attribute(device, "loop/backing_file") is { } file && Is(file, stretch));

    // By number, since a device may have several names.
    private bool Is(string path, DriveStretch stretch) =>
        path.StartsWith('/') && Descriptors.TryStat(path) is { Kind: FileKind.BlockDevice } status && status.RawDevice == tree.Number(stretch.Place);
}
