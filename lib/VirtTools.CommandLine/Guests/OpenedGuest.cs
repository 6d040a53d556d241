using VirtTools.CommandLine.Keys;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;

namespace VirtTools.CommandLine.Guests;

/// <summary>The frame of commands that look at the files of one guest.</summary>
internal static class OpenedGuest
{
    /// <summary>Launches, opens encrypted devices, mounts, does the work, closes; all of it within <c>--timeout</c>.</summary>
    /// <param name="options">The images and what to mount.</param>
    /// <param name="access">Whether the guest may be changed. What was changed has reached the images when this returns.</param>
    /// <param name="context">Where complaints and logs go.</param>
    /// <param name="work">Gets the guest with its file systems mounted.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    /// <exception cref="GuestfsException">An image cannot be opened, the appliance does not start, a root cannot be mounted.</exception>
    /// <exception cref="CommandFailedException">No operating system, or time is over.</exception>
    public static Task RunAsync(
        MountingOptions options,
        GuestAccess access,
        CommandContext context,
        Func<OpenGuest, CancellationToken, Task> work,
        CancellationToken cancellationToken)
    {
        return RunUnmountedAsync(options, access, context, MountAndWorkAsync, cancellationToken);

        async Task MountAndWorkAsync(Guestfs guest, EncryptedDevices encrypted, CancellationToken stop)
        {
            var tree = await GuestTree.MountAsync(guest, options.Mounts, encrypted, access, context.Streams, stop).ConfigureAwait(false);
            await work(new(guest, new GuestPaths(guest, tree)), stop).ConfigureAwait(false);
            if (access == GuestAccess.ReadWrite)
            {
                // Disposal would do the same; here a failure of the last write is the command's failure.
                await guest.ShutdownAsync(stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The same without mounting anything.</summary>
    /// <param name="options">The images.</param>
    /// <param name="access">Whether the guest may be changed.</param>
    /// <param name="context">Where complaints and logs go.</param>
    /// <param name="work">Gets the launched guest, and what opens encrypted devices; where keys are given they are open already.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    /// <exception cref="GuestfsException">An image cannot be opened, the appliance does not start.</exception>
    /// <exception cref="CommandFailedException">The work failed, or time is over.</exception>
    public static async Task RunUnmountedAsync(
        GuestOptions options,
        GuestAccess access,
        CommandContext context,
        Func<Guestfs, EncryptedDevices, CancellationToken, Task> work,
        CancellationToken cancellationToken)
    {
        var name = GuestName.Of(options.Drives);
        try
        {
            await GuestDeadline.RunAsync(options.Timeout, name, RunAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (
            e is GuestfsException or CommandFailedException
            && OutputFailedException.Behind(e) is null
            && !e.Message.StartsWith(name + ": ", StringComparison.Ordinal))
        {
            throw new CommandFailedException($"{name}: {e.Message}");
        }

        async Task RunAsync(CancellationToken stop)
        {
            using var keys = options.Keys.Open(context.Streams);
            await using var guest = await GuestLaunch.OpenAsync(options.Drives, access, options, context, stop).ConfigureAwait(false);
            var encrypted = new EncryptedDevices(guest, keys, access, name);
            if (keys.IsGiven)
            {
                await encrypted.OpenAsync(stop).ConfigureAwait(false);
            }

            try
            {
                await work(guest, encrypted, stop).ConfigureAwait(false);
            }
            catch (CommandFailedException e) when (guest.DescribeLostServer() is { } lost && !e.Message.Contains(lost, StringComparison.Ordinal))
            {
                // No operating system, say, because nothing could be read.
                throw new CommandFailedException($"{e.Message}; {lost}");
            }
        }
    }
}
