using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.HandOver;

/// <summary>
/// Brings the disks that the kernel knows in line with the drives that the library has added: drive N is the disk at SCSI target N. In a machine
/// that comes from a template, target 0 was a blank placeholder until now, and the other drives have never been looked for.
/// </summary>
/// <param name="sysFolder"><c>/sys</c>; tests put a folder of their own in its place.</param>
internal sealed class DriveArrival(string sysFolder)
{
    /// <summary>BLKRRPART of linux/fs.h: the kernel reads the partition table anew.</summary>
    public const uint RereadTable = 0x125F;

    private const int PlaceholderTarget = 0;
    private const int DeadlineMilliseconds = 30_000;
    private const int PauseMilliseconds = 1;

    private int? _host;

    /// <summary>Takes over the disk that now stands where the placeholder stood, or removes it where there is no drive.</summary>
    /// <exception cref="DaemonException">There is no placeholder: this machine comes from no template.</exception>
    public void ReplacePlaceholder(bool isDrive)
    {
        if (DiskAt(PlaceholderTarget) is not { } disk)
        {
            throw new DaemonException("ENXIO", "there is no placeholder disk, so this machine cannot have been resumed");
        }

        if (!isDrive)
        {
            SmallFile.Write($"{DeviceFolder(PlaceholderTarget)}/delete", "1");
            return;
        }

        // Size, sector size, serial number and write protection, all of which may differ.
        SmallFile.Write($"{DeviceFolder(PlaceholderTarget)}/rescan", "1");
    }

    /// <summary>Makes the kernel read the partition table of the disk that stands in the placeholder's place.</summary>
    public void ReadPartitions()
    {
        if (DiskAt(PlaceholderTarget) is { } disk)
        {
            using var file = OpenDisk(disk);
            Kernel.Control(file, RereadTable, 0, disk);
        }
    }

    /// <summary>Makes the kernel look for a disk at an address.</summary>
    public void Scan(int target) => SmallFile.Write($"{sysFolder}/class/scsi_host/host{Host}/scan", $"0 {target} 0");

    /// <summary>Waits until the kernel shows a disk at each of the targets, and its partitions.</summary>
    /// <exception cref="DaemonException">ENXIO: one of them did not appear.</exception>
    public void Await(IReadOnlyList<int> targets)
    {
        var deadline = Environment.TickCount64 + DeadlineMilliseconds;
        foreach (var target in targets)
        {
            while (!IsThere(target))
            {
                if (Environment.TickCount64 > deadline)
                {
                    throw new DaemonException("ENXIO", $"the disk at SCSI target {target} did not appear: {targets.Count} drives were announced");
                }

                Thread.Sleep(PauseMilliseconds);
            }
        }
    }

    // Opening it waits for whoever reads the partition table now, or has it read. Its name is in sysfs a moment before it can be opened.
    private bool IsThere(int target)
    {
        try
        {
            if (DiskAt(target) is not { } disk)
            {
                return false;
            }

            OpenDisk(disk).Dispose();
            return true;
        }
        catch (PosixException e) when (e.Errno is Errno.ENXIO or Errno.ENOENT or Errno.ENODEV)
        {
            return false;
        }
    }

    /// <summary>How many SCSI disks the controller has.</summary>
    public int Count()
    {
        var prefix = $"{Host}:";
        var count = 0;
        foreach (var device in Folder.List($"{sysFolder}/class/scsi_disk"))
        {
            if (device.StartsWith(prefix, StringComparison.Ordinal))
            {
                count++;
            }
        }

        return count;
    }

    // The controller of the drives; a SATA controller has hosts of its own.
    private int Host => _host ??= FindHost();

    private int FindHost()
    {
        foreach (var host in Folder.List($"{sysFolder}/class/scsi_host"))
        {
            if (SmallFile.TryRead($"{sysFolder}/class/scsi_host/{host}/proc_name") == "virtio_scsi"
                && int.TryParse(host.AsSpan("host".Length), out var number))
            {
                return number;
            }
        }

        throw new DaemonException("ENXIO", "the machine has no SCSI controller for drives");
    }

    private string DeviceFolder(int target) => $"{sysFolder}/bus/scsi/devices/{Host}:0:{target}:0";

    private string? DiskAt(int target) => Folder.List($"{DeviceFolder(target)}/block") is [var name] ? "/dev/" + name : null;

    private static SafeFileHandle OpenDisk(string path) => Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
}
