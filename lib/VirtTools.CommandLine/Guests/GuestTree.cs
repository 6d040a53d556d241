using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;

namespace VirtTools.CommandLine.Guests;

/// <summary>Puts the file systems of a guest together, read-only, so that paths mean what they mean inside it.</summary>
internal static class GuestTree
{
    /// <summary>Mounts what <c>-m</c> names, or else what the guest itself mounts.</summary>
    /// <param name="guest">A launched handle.</param>
    /// <param name="mounts">What <c>-m</c> names, in its order; empty for the guest's own choice.</param>
    /// <param name="streams">Gets warnings.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="GuestfsException">A file system that was named, or the root, cannot be mounted.</exception>
    /// <exception cref="CommandFailedException">There is no operating system, or more than one.</exception>
    public static Task MountAsync(GuestActions guest, IReadOnlyList<MountChoice> mounts, CommandStreams streams, CancellationToken cancellationToken) =>
        mounts.Count > 0 ? MountChosenAsync(guest, mounts, cancellationToken) : MountInspectedAsync(guest, streams, cancellationToken);

    private static async Task MountChosenAsync(GuestActions guest, IReadOnlyList<MountChoice> mounts, CancellationToken cancellationToken)
    {
        foreach (var mount in mounts)
        {
            try
            {
                await MountAsync(guest, mount, cancellationToken).ConfigureAwait(false);
            }
            catch (GuestfsException e) when (GuestFailure.IsAboutFile(e))
            {
                var found = await WhyNothingFound.DescribeAsync(guest, cancellationToken).ConfigureAwait(false);
                throw new CommandFailedException($"{mount.Mountable} cannot be mounted on {mount.MountPoint}: {e.Message}; {found}");
            }
        }
    }

    private static Task MountAsync(GuestActions guest, MountChoice mount, CancellationToken cancellationToken)
    {
        var options = string.IsNullOrEmpty(mount.Options) ? "ro" : mount.Options;
        return mount.FilesystemType is { } type
            ? guest.MountVfsAsync(options, type, mount.Mountable, mount.MountPoint, cancellationToken)
            : guest.MountOptionsAsync(options, mount.Mountable, mount.MountPoint, cancellationToken);
    }

    private static async Task MountInspectedAsync(GuestActions guest, CommandStreams streams, CancellationToken cancellationToken)
    {
        var root = await FindRootAsync(guest, cancellationToken).ConfigureAwait(false);
        var places = await guest.InspectGetMountpointsAsync(root, cancellationToken).ConfigureAwait(false);

        // Shorter paths first: /usr must be there before /usr/local.
        foreach (var (mountPoint, mountable) in places.OrderBy(p => p.Key.Length).ThenBy(p => p.Key, StringComparer.Ordinal))
        {
            try
            {
                await guest.MountRoAsync(mountable, mountPoint, cancellationToken).ConfigureAwait(false);
            }
            catch (GuestfsException e) when (mountPoint != "/")
            {
                streams.Warn($"{mountPoint} is missing: {e.Message}");
            }
        }
    }

    private static async Task<string> FindRootAsync(GuestActions guest, CancellationToken cancellationToken)
    {
        var roots = await guest.InspectOsAsync(cancellationToken).ConfigureAwait(false);
        return roots switch
        {
            [var root] => root,
            [] => throw new CommandFailedException(
                $"no operating system found; {await WhyNothingFound.DescribeAsync(guest, cancellationToken).ConfigureAwait(false)}"),
            _ => throw new CommandFailedException(
                $"more than one operating system found, on {string.Join(", ", roots)}; say with -m DEVICE which file system to look into"),
        };
    }
}
