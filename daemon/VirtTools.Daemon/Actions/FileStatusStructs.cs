using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Makes the structs of the protocol from what the kernel says.</summary>
internal static class FileStatusStructs
{
    /// <summary>Stands for a name that could not be looked at.</summary>
    public static readonly StatNs Missing = new(0, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public static StatNs Of(in FileStatus status) => new(
        Number(status.Device),
        (long)status.Inode,
        status.Mode,
        status.LinkCount,
        status.UserId,
        status.GroupId,
        Number(status.RawDevice),
        status.Size,
        status.BlockSize,
        status.Blocks,
        status.AccessTime.Seconds,
        status.AccessTime.Nanoseconds,
        status.ModificationTime.Seconds,
        status.ModificationTime.Nanoseconds,
        status.ChangeTime.Seconds,
        status.ChangeTime.Nanoseconds,
        0, 0, 0, 0, 0, 0);

    /// <summary>A device number in one word, as makedev(3) of glibc packs it.</summary>
    public static long Number(DeviceNumber device) => (long)(
        ((ulong)(device.Major & 0xFFFF_F000) << 32) | ((device.Major & 0xFFF) << 8) | ((ulong)(device.Minor & 0xFFFF_FF00) << 12) | (device.Minor & 0xFF));
}
