namespace VirtTools.Declarations;

/// <summary>Names of devices, without asking what they hold.</summary>
[Actions]
internal interface IDeviceNameActions
{
    /// <summary>Number of the drive from 0, in the order in which drives were added.</summary>
    /// <param name="device">Name of a whole drive.</param>
    /// <exception cref="GuestfsException">ENODEV: no such drive.</exception>
    [LibraryAction, Since(1, 19, 7), Blocking]
    int DeviceIndex([Device] string device);

    /// <summary>Name of the drive with that number.</summary>
    /// <param name="index">From 0.</param>
    /// <exception cref="GuestfsException">EINVAL: no such drive.</exception>
    [LibraryAction, Since(1, 49, 1), Blocking]
    string DeviceName(int index);

    /// <summary>
    /// The name that other actions return for a device: <c>/dev/sda</c> for <c>/dev/hda</c> and <c>/dev/vda</c>, <c>/dev/vg/lv</c> for
    /// <c>/dev/mapper/vg-lv</c>.
    /// </summary>
    /// <param name="device">Name of a device.</param>
    [LibraryAction, Since(1, 19, 7), Blocking]
    string CanonicalDeviceName(string device);

    /// <summary>The device of a mountable.</summary>
    /// <param name="mountable">A mountable as <c>list_filesystems</c> returns it.</param>
    /// <exception cref="GuestfsException">EINVAL: not a mountable.</exception>
    [LibraryAction, Since(1, 33, 15), Blocking]
    [return: Device]
    string MountableDevice([Mountable] string mountable);

    /// <summary>The subvolume of a mountable.</summary>
    /// <param name="mountable">A mountable as <c>list_filesystems</c> returns it.</param>
    /// <exception cref="GuestfsException">EINVAL: the mountable is a device.</exception>
    [LibraryAction, Since(1, 33, 15), Blocking]
    string MountableSubvolume([Mountable] string mountable);
}
