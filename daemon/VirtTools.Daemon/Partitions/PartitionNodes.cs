using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Native;
using VirtTools.Posix;

namespace VirtTools.Daemon.Partitions;

/// <summary>
/// Makes the kernel's partitions agree with the table on the disk. devtmpfs makes and removes device files before the kernel's call returns, so
/// there is nothing to wait for but a kernel that is asked while something still has a partition open.
/// </summary>
internal sealed class PartitionNodes(DeviceTree tree)
{
    private const uint RereadTable = 0x125F; // BLKRRPART
    private const int Attempts = 20;
    private const int PauseMilliseconds = 50;

    /// <summary>Reads the table anew where the kernel knows other partitions than it lists.</summary>
    /// <param name="device">Path by the kernel's name.</param>
    /// <exception cref="PosixException">EBUSY: a partition is in use.</exception>
    public void Settle(string device)
    {
        if (Agrees(device))
        {
            return;
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var file = Descriptors.Open(device, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
                Kernel.Control(file, RereadTable, 0, device);
                return;
            }
            catch (PosixException e) when (e.Errno == Errno.EBUSY && attempt < Attempts)
            {
                Thread.Sleep(PauseMilliseconds);
            }
            catch (PosixException e) when (e.Errno is Errno.EINVAL or Errno.ENOTTY)
            {
                // A logical volume or the like: the kernel makes no partitions there, parted does by device-mapper.
                return;
            }
        }
    }

    private bool Agrees(string device)
    {
        if (PartitionedDisk.Read(device) is not { } table)
        {
            return false;
        }

        var name = device["/dev/".Length..];
        var known = new Dictionary<int, (long Start, long Size)>();
        foreach (var partition in tree.Partitions(name))
        {
            if (int.TryParse(Attribute(name, partition, "partition"), out var number)
                && long.TryParse(Attribute(name, partition, "start"), out var start)
                && long.TryParse(Attribute(name, partition, "size"), out var size))
            {
                known[number] = (start * 512, size * 512);
            }
        }

        // The kernel shows an extended partition as one or two sectors, which keep its boot loader reachable.
        return known.Count == table.Entries.Count && table.Entries.All(entry =>
            known.TryGetValue(entry.Number, out var place) && place.Start == entry.Start
            && (entry.Role == PartitionRole.Extended || place.Size == entry.Size));
    }

    private string? Attribute(string device, string partition, string attribute) => tree.Attribute($"{device}/{partition}", attribute);
}
