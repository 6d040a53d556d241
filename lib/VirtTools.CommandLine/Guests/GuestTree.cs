using VirtTools.CommandLine.Keys;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;

namespace VirtTools.CommandLine.Guests;

/// <summary>Puts the file systems of a guest together, so that paths mean what they mean inside it.</summary>
internal static class GuestTree
{
    /// <summary>Mounts what <c>-m</c> names, or else what the guest itself mounts, read-only and without keys.</summary>
    /// <inheritdoc cref="MountAsync(GuestActions, IReadOnlyList{MountChoice}, EncryptedDevices?, GuestAccess, CommandStreams, CancellationToken)"/>
    public static Task<MountedTree> MountAsync(
        GuestActions guest, IReadOnlyList<MountChoice> mounts, CommandStreams streams, CancellationToken cancellationToken) =>
        MountAsync(guest, mounts, null, GuestAccess.ReadOnly, streams, cancellationToken);

    /// <summary>
    /// Mounts what <c>-m</c> names, or else what the guest itself mounts. Where something is not found, encrypted devices are looked for and opened;
    /// those that stay closed are named.
    /// </summary>
    /// <param name="guest">A launched handle.</param>
    /// <param name="mounts">What <c>-m</c> names, in its order; empty for the guest's own choice.</param>
    /// <param name="encrypted">Opens encrypted devices; null to leave them closed.</param>
    /// <param name="access">Whether file systems are mounted for writing.</param>
    /// <param name="streams">Gets warnings.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="GuestfsException">A file system that was named, or the root, cannot be mounted.</exception>
    /// <exception cref="CommandFailedException">There is no operating system, or more than one.</exception>
    public static async Task<MountedTree> MountAsync(
        GuestActions guest,
        IReadOnlyList<MountChoice> mounts,
        EncryptedDevices? encrypted,
        GuestAccess access,
        CommandStreams streams,
        CancellationToken cancellationToken)
    {
        MountedTree? tree = null;
        try
        {
            tree = await MountOnceAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (encrypted is not null && (e is CommandFailedException || (e is GuestfsException failure && GuestFailure.IsAboutFile(failure))))
        {
            if (!await encrypted.OpenAsync(cancellationToken).ConfigureAwait(false))
            {
                encrypted.Warn(streams);
                throw;
            }
        }

        if (tree is null || (tree.Missing.Count > 0 && encrypted is not null && await encrypted.OpenAsync(cancellationToken).ConfigureAwait(false)))
        {
            await guest.UmountAllAsync(cancellationToken).ConfigureAwait(false);
            tree = await MountOnceAsync().ConfigureAwait(false);
        }

        foreach (var sentence in tree.Missing)
        {
            streams.Warn(sentence);
        }

        encrypted?.Warn(streams);
        return tree;

        Task<MountedTree> MountOnceAsync() => mounts.Count > 0
            ? MountChosenAsync(guest, mounts, encrypted, access, cancellationToken)
            : MountInspectedAsync(guest, encrypted, access, cancellationToken);
    }

    /// <summary>Mounts one file system with the options of that access and nothing else.</summary>
    /// <exception cref="GuestfsException">It cannot be mounted.</exception>
    public static Task MountAsync(GuestActions guest, string mountable, string mountPoint, GuestAccess access, CancellationToken cancellationToken) =>
        access == GuestAccess.ReadOnly
            ? guest.MountRoAsync(mountable, mountPoint, cancellationToken)
            : guest.MountAsync(mountable, mountPoint, cancellationToken);

    private static async Task<MountedTree> MountChosenAsync(
        GuestActions guest, IReadOnlyList<MountChoice> mounts, EncryptedDevices? encrypted, GuestAccess access, CancellationToken cancellationToken)
    {
        foreach (var mount in mounts)
        {
            try
            {
                var opened = mount with { Mountable = encrypted?.OpenedAs(mount.Mountable) ?? mount.Mountable };
                await MountAsync(guest, opened, access, cancellationToken).ConfigureAwait(false);
            }
            catch (GuestfsException e) when (GuestFailure.IsAboutFile(e))
            {
                var found = await WhyNothingFound.DescribeAsync(guest, WhyNothingFound.NameOne, cancellationToken).ConfigureAwait(false);
                throw new CommandFailedException($"{mount.Mountable} cannot be mounted on {mount.MountPoint}: {e.Message}; {found}");
            }
        }

        return new(null, access);
    }

    private static Task MountAsync(GuestActions guest, MountChoice mount, GuestAccess access, CancellationToken cancellationToken)
    {
        var standard = access == GuestAccess.ReadOnly ? "ro" : "";
        var options = string.IsNullOrEmpty(mount.Options) ? standard : mount.Options;
        return mount.FilesystemType is { } type
            ? guest.MountVfsAsync(options, type, mount.Mountable, mount.MountPoint, cancellationToken)
            : guest.MountOptionsAsync(options, mount.Mountable, mount.MountPoint, cancellationToken);
    }

    private static async Task<MountedTree> MountInspectedAsync(
        GuestActions guest, EncryptedDevices? encrypted, GuestAccess access, CancellationToken cancellationToken)
    {
        var root = await FindRootAsync(guest, cancellationToken).ConfigureAwait(false);
        var places = await guest.InspectGetMountpointsAsync(root, cancellationToken).ConfigureAwait(false);
        var missing = new List<string>();

        // Shorter paths first: /usr must be there before /usr/local.
        foreach (var (mountPoint, mountable) in places.OrderBy(p => p.Key.Length).ThenBy(p => p.Key, StringComparer.Ordinal))
        {
            try
            {
                await MountAsync(guest, mountable, mountPoint, access, cancellationToken).ConfigureAwait(false);
            }
            catch (GuestfsException) when (mountPoint == "/" && mountable != root && encrypted?.HasOpened(root) == true)
            {
                // Its fstab has the name that the guest's crypttab gives to the opened device.
                await MountAsync(guest, root, mountPoint, access, cancellationToken).ConfigureAwait(false);
            }
            catch (GuestfsException e) when (mountPoint != "/")
            {
                missing.Add($"{mountPoint} is missing: {e.Message}");
            }
        }

        return new(root, access) { Missing = missing };
    }

    private static async Task<string> FindRootAsync(GuestActions guest, CancellationToken cancellationToken)
    {
        var roots = await guest.InspectOsAsync(cancellationToken).ConfigureAwait(false);
        return roots switch
        {
            [var root] => root,
            [] => throw new CommandFailedException(
                $"no operating system found; {await WhyNothingFound.DescribeAsync(guest, WhyNothingFound.NameOne, cancellationToken).ConfigureAwait(false)}"),
            _ => throw new CommandFailedException(
                $"more than one operating system found, on {string.Join(", ", roots)}; say with -m DEVICE which file system to look into"),
        };
    }
}
