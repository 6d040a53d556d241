using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Native;
using VirtTools.Posix;

namespace VirtTools.Daemon.Mounts;

/// <summary>Tells the kernel which devices belong to btrfs file systems on several devices; udev does this elsewhere.</summary>
internal sealed class BtrfsDevices(DeviceTree tree, DeviceNames names)
{
    private const string ControlDevice = "/dev/btrfs-control";
    private const uint ScanDevice = 0x5000_9404; // BTRFS_IOC_SCAN_DEV
    private const int ArgumentSize = 4096; // struct btrfs_ioctl_vol_args
    private const int NameOffset = 8;

    /// <summary>Registers every device that holds btrfs.</summary>
    /// <returns>Whether there was any.</returns>
    public bool Register()
    {
        if (Descriptors.TryStat(ControlDevice) is null)
        {
            return false;
        }

        using var control = Descriptors.Open(ControlDevice, OpenFlags.ReadWrite);
        var any = false;
        foreach (var device in tree.WholeDevices().SelectMany(device => tree.Partitions(device).Prepend(device)))
        {
            if (tree.Exists("/dev/" + device) && !names.IsAppliance(device) && IsBtrfs("/dev/" + device))
            {
                any |= TryRegister(control, "/dev/" + device);
            }
        }

        return any;
    }

    private static bool IsBtrfs(string device)
    {
        try
        {
            return SuperblockMagic.Read(device) == "btrfs";
        }
        catch (PosixException)
        {
            return false;
        }
    }

    private static bool TryRegister(Microsoft.Win32.SafeHandles.SafeFileHandle control, string device)
    {
        var argument = new byte[ArgumentSize];
        ByteString.GetTerminated(device).CopyTo(argument, NameOffset);
        try
        {
            Kernel.Control(control, ScanDevice, argument, device);
            return true;
        }
        catch (PosixException)
        {
            // A damaged member: mounting will say what is missing.
            return false;
        }
    }
}
