using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;

namespace VirtTools.CommandLine.Guests;

/// <summary>The frame of commands that look at the files of one guest.</summary>
internal static class OpenedGuest
{
    /// <summary>Launches, mounts, does the work, closes; all of it within <c>--timeout</c>.</summary>
    /// <param name="options">The images and what to mount.</param>
    /// <param name="context">Where complaints and logs go.</param>
    /// <param name="work">Gets the guest with its file systems mounted.</param>
    /// <param name="cancellationToken">Ends everything.</param>
    /// <exception cref="GuestfsException">An image cannot be opened, the appliance does not start, a root cannot be mounted.</exception>
    /// <exception cref="CommandFailedException">No operating system, or time is over.</exception>
    public static async Task RunAsync(
        MountingOptions options, CommandContext context, Func<GuestActions, CancellationToken, Task> work, CancellationToken cancellationToken)
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
            await using var guest = await GuestLaunch.OpenAsync(options.Drives, options, context, stop).ConfigureAwait(false);
            await GuestTree.MountAsync(guest, options.Mounts, context.Streams, stop).ConfigureAwait(false);
            await work(guest, stop).ConfigureAwait(false);
        }
    }
}
