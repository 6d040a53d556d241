using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Output;

namespace VirtTools.Commands;

/// <summary>Finds out what operating systems a guest has. What cannot be found out is a complaint, and the rest is still told.</summary>
/// <param name="guest">A launched handle with nothing mounted.</param>
/// <param name="details">What the library puts together.</param>
/// <param name="guestName">How complaints call the guest.</param>
/// <param name="streams">Gets complaints.</param>
internal sealed class InspectionReading(GuestActions guest, IGuestDetails details, string guestName, CommandStreams streams)
{
    /// <summary>What the API says where it knows nothing.</summary>
    private const string Unknown = "unknown";

    private const string Windows = "windows";

    /// <summary>All of them.</summary>
    /// <param name="applications">Whether the applications are wanted.</param>
    /// <param name="icon">Whether the icon is wanted.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="GuestfsException">The appliance is gone.</exception>
    public async Task<IReadOnlyList<OperatingSystem>> ReadAsync(Wanted applications, Wanted icon, CancellationToken cancellationToken)
    {
        var systems = new List<OperatingSystem>();
        foreach (var root in await guest.InspectOsAsync(cancellationToken).ConfigureAwait(false))
        {
            // Content comes before the file systems: what inspection still has mounted is mounted again for nothing, until another call lets go of it.
            var system = await FactsAsync(root, cancellationToken).ConfigureAwait(false);
            if (applications == Wanted.Yes || icon == Wanted.Yes)
            {
                system = await WithContentAsync(system, root, applications, icon, cancellationToken).ConfigureAwait(false);
            }

            systems.Add(system with { Filesystems = await FilesystemsAsync(root, cancellationToken).ConfigureAwait(false) });
        }

        return systems;
    }

    private async Task<OperatingSystem> FactsAsync(string root, CancellationToken stop)
    {
        var places = await TryAsync(guest.InspectGetMountpointsAsync(root, stop), new()).ConfigureAwait(false);
        var type = await TextAsync(guest.InspectGetTypeAsync(root, stop)).ConfigureAwait(false);
        return new(await NameAsync(root, stop).ConfigureAwait(false))
        {
            Type = type,
            Architecture = await TextAsync(guest.InspectGetArchAsync(root, stop)).ConfigureAwait(false),
            Distribution = await TextAsync(guest.InspectGetDistroAsync(root, stop)).ConfigureAwait(false),
            Osinfo = await TextAsync(details.OsinfoAsync(root, stop)).ConfigureAwait(false),
            ProductName = await TextAsync(guest.InspectGetProductNameAsync(root, stop)).ConfigureAwait(false),
            ProductVariant = await TextAsync(guest.InspectGetProductVariantAsync(root, stop)).ConfigureAwait(false),
            MajorVersion = await TryAsync(guest.InspectGetMajorVersionAsync(root, stop), 0).ConfigureAwait(false),
            MinorVersion = await TryAsync(guest.InspectGetMinorVersionAsync(root, stop), 0).ConfigureAwait(false),
            BuildId = await TextAsync(guest.InspectGetBuildIdAsync(root, stop)).ConfigureAwait(false),
            PackageFormat = await TextAsync(guest.InspectGetPackageFormatAsync(root, stop)).ConfigureAwait(false),
            PackageManagement = await TextAsync(guest.InspectGetPackageManagementAsync(root, stop)).ConfigureAwait(false),
            Hostname = await TextAsync(guest.InspectGetHostnameAsync(root, stop)).ConfigureAwait(false),
            Windows = type == Windows ? await WindowsAsync(root, stop).ConfigureAwait(false) : null,
            Mountpoints = await PlacesAsync(places, stop).ConfigureAwait(false),
            Drives = await DrivesAsync(root, stop).ConfigureAwait(false),
        };
    }

    private async Task<WindowsFacts> WindowsAsync(string root, CancellationToken stop)
    {
        // Where a hive is missing or broken these say so by an error: that is no failure of ours.
        return new(
            await SilentTextAsync(guest.InspectGetWindowsSystemrootAsync(root, stop)).ConfigureAwait(false),
            await SilentTextAsync(guest.InspectGetWindowsCurrentControlSetAsync(root, stop)).ConfigureAwait(false),
            await SilentTextAsync(guest.InspectGetWindowsSoftwareHiveAsync(root, stop)).ConfigureAwait(false),
            await SilentTextAsync(guest.InspectGetWindowsSystemHiveAsync(root, stop)).ConfigureAwait(false),
            await GroupPolicyAsync().ConfigureAwait(false));

        async Task<bool?> GroupPolicyAsync()
        {
            try
            {
                return await guest.InspectGetWindowsGroupPolicyAsync(root, stop).ConfigureAwait(false);
            }
            catch (GuestfsException e) when (GuestFailure.IsAboutFile(e) || e.ErrnoName is "ENOTSUP" or "ENOSYS")
            {
                return null;
            }
        }
    }

    private async Task<IReadOnlyList<MountedPlace>> PlacesAsync(OrderedDictionary<string, string> places, CancellationToken stop)
    {
        var sorted = new List<MountedPlace>();
        foreach (var (mountpoint, mountable) in places.OrderBy(place => place.Key.Length).ThenBy(place => place.Key, StringComparer.Ordinal))
        {
            sorted.Add(new(mountpoint, await NameAsync(mountable, stop).ConfigureAwait(false)));
        }

        return sorted;
    }

    private async Task<IReadOnlyList<UsedFilesystem>> FilesystemsAsync(string root, CancellationToken stop)
    {
        var used = new List<UsedFilesystem>();
        var found = await TryAsync(guest.InspectGetFilesystemsAsync(root, stop), []).ConfigureAwait(false);
        foreach (var mountable in found.Order(StringComparer.Ordinal))
        {
            // A device that the guest's fstab names need not be there.
            used.Add(new(
                await NameAsync(mountable, stop).ConfigureAwait(false),
                await SilentTextAsync(guest.VfsTypeAsync(mountable, stop)).ConfigureAwait(false),
                await SilentTextAsync(guest.VfsLabelAsync(mountable, stop)).ConfigureAwait(false),
                await SilentTextAsync(guest.VfsUuidAsync(mountable, stop)).ConfigureAwait(false)));
        }

        return used;
    }

    private async Task<IReadOnlyList<DriveMapping>> DrivesAsync(string root, CancellationToken stop)
    {
        var drives = new List<DriveMapping>();
        var found = await TryAsync(guest.InspectGetDriveMappingsAsync(root, stop), new()).ConfigureAwait(false);
        foreach (var (name, device) in found.OrderBy(drive => drive.Key, StringComparer.Ordinal))
        {
            drives.Add(new(name, await NameAsync(device, stop).ConfigureAwait(false)));
        }

        return drives;
    }

    // Applications and icons are files of the guest, so it must be mounted.
    private async Task<OperatingSystem> WithContentAsync(
        OperatingSystem system, string root, Wanted applications, Wanted icon, CancellationToken stop)
    {
        if (!await MountAsync(root, stop).ConfigureAwait(false))
        {
            return system;
        }

        if (applications == Wanted.Yes)
        {
            system = system with { Applications = await TryAsync<IReadOnlyList<Application2>?>(ApplicationsAsync(), null).ConfigureAwait(false) };
        }

        if (icon == Wanted.Yes)
        {
            system = system with { Icon = await TryAsync(details.IconAsync(root, stop), []).ConfigureAwait(false) };
        }

        await TryAsync(UnmountAsync(), false).ConfigureAwait(false);
        return system;

        async Task<IReadOnlyList<Application2>?> ApplicationsAsync() => await details.ApplicationsAsync(root, stop).ConfigureAwait(false);

        async Task<bool> UnmountAsync()
        {
            await guest.UmountAllAsync(stop).ConfigureAwait(false);
            return true;
        }
    }

    private async Task<bool> MountAsync(string root, CancellationToken stop)
    {
        var places = await TryAsync(guest.InspectGetMountpointsAsync(root, stop), new()).ConfigureAwait(false);
        foreach (var (mountpoint, mountable) in places.OrderBy(place => place.Key.Length).ThenBy(place => place.Key, StringComparer.Ordinal))
        {
            try
            {
                await guest.MountRoAsync(mountable, mountpoint, stop).ConfigureAwait(false);
            }
            catch (GuestfsException e) when (GuestFailure.IsAboutFile(e))
            {
                if (mountpoint == "/")
                {
                    streams.Complain($"{guestName}: {mountable}: applications and icon cannot be read: {e.Message}");
                    return false;
                }

                streams.Warn($"{mountpoint} is missing: {e.Message}");
            }
        }

        return true;
    }

    private async Task<string> NameAsync(string mountable, CancellationToken stop) =>
        mountable.StartsWith("/dev/", StringComparison.Ordinal)
            ? await SilentAsync(guest.CanonicalDeviceNameAsync(mountable, stop), mountable).ConfigureAwait(false)
            : mountable;

    private async Task<string?> TextAsync(Task<string> asking) => Present(await TryAsync(asking, "").ConfigureAwait(false));

    private static async Task<string?> SilentTextAsync(Task<string> asking) => Present(await SilentAsync(asking, "").ConfigureAwait(false));

    private async Task<T> TryAsync<T>(Task<T> asking, T otherwise)
    {
        try
        {
            return await asking.ConfigureAwait(false);
        }
        catch (GuestfsException e) when (CostsOnlyItself(e))
        {
            streams.Complain($"{guestName}: {e.Message}");
            return otherwise;
        }
    }

    private static async Task<T> SilentAsync<T>(Task<T> asking, T otherwise)
    {
        try
        {
            return await asking.ConfigureAwait(false);
        }
        catch (GuestfsException e) when (CostsOnlyItself(e))
        {
            return otherwise;
        }
    }

    private static bool CostsOnlyItself(GuestfsException failure) =>
        GuestFailure.IsAboutFile(failure) || failure.ErrnoName is "ENOTSUP" or "ENOSYS" or "EOPNOTSUPP";

    private static string? Present(string text) => text is "" or Unknown ? null : text;
}

/// <summary>Whether something that takes time is wanted.</summary>
internal enum Wanted
{
    No,
    Yes,
}
