using VirtTools.Declarations;
using VirtTools.Wire;

namespace VirtTools;

/// <summary>Names of devices and mountables.</summary>
public sealed partial class Guestfs
{
    private const string DevicePrefix = "/dev/";

    private protected override string DeviceNameCore(int index) =>
        index >= 0 && index < _drives.Count
            ? $"/dev/sd{DriveLetters.Of(index)}"
            : throw Error(ActionDescriptors.DeviceName, "EINVAL", $"{index}: there are {_drives.Count} drives");

    private protected override Task<string> DeviceNameCoreAsync(int index, CancellationToken cancellationToken) =>
        Task.FromResult(DeviceNameCore(index));

    private protected override int DeviceIndexCore(string device)
    {
        // Every prefix of the translation algorithm means the same drive.
        var index = device is ['/', 'd', 'e', 'v', '/', 's' or 'h' or 'v', 'd', ..] ? DriveLetters.Parse(device.AsSpan(DevicePrefix.Length + 2)) : null;
        return index is { } known && known < _drives.Count
            ? known
            : throw Error(ActionDescriptors.DeviceIndex, "ENODEV", $"{device}: no drive of this handle");
    }

    private protected override Task<int> DeviceIndexCoreAsync(string device, CancellationToken cancellationToken) =>
        Task.FromResult(DeviceIndexCore(device));

    [SyncTwin]
    private protected override async Task<string> CanonicalDeviceNameCoreAsync(string device, CancellationToken cancellationToken)
    {
        if (device is ['/', 'd', 'e', 'v', '/', 'h' or 'v', 'd', .. var rest] && rest.Length > 0 && char.IsAsciiLetterLower(rest[0]))
        {
            return "/dev/sd" + rest;
        }

        if (device.StartsWith("/dev/mapper/", StringComparison.Ordinal) || device.StartsWith("/dev/dm-", StringComparison.Ordinal))
        {
            try
            {
                return await LvmCanonicalLvNameAsync(device, cancellationToken).ConfigureAwait(false);
            }
            catch (GuestfsException e) when (e.ErrnoName is "EINVAL" or "ENODEV" or "ENOENT" or null)
            {
                // Not a logical volume: the name stands for itself.
                return device;
            }
        }

        return device;
    }

    [SyncTwin]
    private protected override async Task<string> MountableDeviceCoreAsync(string mountable, CancellationToken cancellationToken)
    {
        var parsed = await InternalParseMountableAsync(mountable, cancellationToken).ConfigureAwait(false);
        return parsed.ImDevice;
    }

    [SyncTwin]
    private protected override async Task<string> MountableSubvolumeCoreAsync(string mountable, CancellationToken cancellationToken)
    {
        var parsed = await InternalParseMountableAsync(mountable, cancellationToken).ConfigureAwait(false);
        return parsed.ImVolume.Length > 0
            ? parsed.ImVolume
            : throw Error(ActionDescriptors.MountableSubvolume, "EINVAL", $"{mountable}: not a btrfs subvolume");
    }
}
