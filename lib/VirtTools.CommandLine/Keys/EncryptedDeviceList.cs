using System.Buffers.Binary;
using VirtTools.CommandLine.Guests;

namespace VirtTools.CommandLine.Keys;

/// <summary>Finds the encrypted devices of a guest.</summary>
internal static class EncryptedDeviceList
{
    private const int MostDevices = 1024;
    private const string LuksType = "crypto_LUKS";
    private const string BitLockerType = "BitLocker";
    private const string VolumeMemberType = "LVM2_member";

    /// <summary>What holds a file system needs no second look; the list of them names BitLocker, but not LUKS, as in the original.</summary>
    /// <exception cref="GuestfsException">The appliance is gone.</exception>
    public static async Task<IReadOnlyList<EncryptedDevice>> FindAsync(GuestActions guest, CancellationToken cancellationToken)
    {
        var known = await guest.ListFilesystemsAsync(cancellationToken).ConfigureAwait(false);
        var found = new List<EncryptedDevice>();
        var hasVolumes = false;
        foreach (var device in await CandidatesAsync(guest, cancellationToken).ConfigureAwait(false))
        {
            hasVolumes |= await LookAsync(device).ConfigureAwait(false) == VolumeMemberType;
        }

        foreach (var volume in hasVolumes ? await guest.LvsAsync(cancellationToken).ConfigureAwait(false) : [])
        {
            await LookAsync(volume).ConfigureAwait(false);
        }

        return found;

        async Task<string?> LookAsync(string device)
        {
            if (known.TryGetValue(device, out var filesystem) && filesystem != BitLockerType)
            {
                return filesystem;
            }

            var type = await TypeAsync(guest, device, cancellationToken).ConfigureAwait(false);
            if (type is LuksType or BitLockerType && found.Count < MostDevices)
            {
                found.Add(await DescribeAsync(guest, device, type, cancellationToken).ConfigureAwait(false));
            }

            return type;
        }
    }

    private static async Task<IEnumerable<string>> CandidatesAsync(GuestActions guest, CancellationToken cancellationToken)
    {
        var partitions = await guest.ListPartitionsAsync(cancellationToken).ConfigureAwait(false);
        var drives = await guest.ListDevicesAsync(cancellationToken).ConfigureAwait(false);
        var arrays = await guest.ListMdDevicesAsync(cancellationToken).ConfigureAwait(false);
        var opened = await guest.ListDmDevicesAsync(cancellationToken).ConfigureAwait(false);
        return [.. drives.Where(drive => !Array.Exists(partitions, partition => IsOn(partition, drive))), .. partitions, .. arrays, .. opened];
    }

    // /dev/sda1 is on /dev/sda, /dev/sdaa1 is not.
    private static bool IsOn(string partition, string drive) =>
        partition.StartsWith(drive, StringComparison.Ordinal) && partition.Length > drive.Length && char.IsAsciiDigit(partition[drive.Length]);

    private static async Task<string?> TypeAsync(GuestActions guest, string device, CancellationToken cancellationToken)
    {
        try
        {
            return await guest.VfsTypeAsync(device, cancellationToken).ConfigureAwait(false);
        }
        catch (GuestfsException e) when (GuestFailure.IsAboutFile(e))
        {
            return null;
        }
    }

    private static async Task<EncryptedDevice> DescribeAsync(GuestActions guest, string device, string type, CancellationToken cancellationToken)
    {
        if (type == BitLockerType)
        {
            return new(device, BitLockerType, "");
        }

        try
        {
            // On-disk formats of LUKS1 and LUKS2: six bytes of magic, then the version as a big-endian number of two bytes.
            const int VersionOffset = 6;
            var header = await guest.PreadDeviceAsync(device, VersionOffset + sizeof(ushort), 0, cancellationToken).ConfigureAwait(false);
            var kind = header.Length == VersionOffset + sizeof(ushort) ? $"LUKS{BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(VersionOffset))}" : "LUKS";
            return new(device, kind, await guest.VfsUuidAsync(device, cancellationToken).ConfigureAwait(false));
        }
        catch (GuestfsException e) when (GuestFailure.IsAboutFile(e))
        {
            return new(device, "LUKS", "");
        }
    }
}
