using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Running;

namespace VirtTools.Commands.Content;

/// <summary>In what state Windows left a file system: one that it means to go on with must not change beneath it.</summary>
internal static class NtfsState
{
    private const string HibernationFile = "/hiberfil.sys";
    private const int MarkLength = 4;

    /// <summary>What a program that refuses such a file system may mean.</summary>
    public const string Advice =
        "if Windows was hibernated, shut down with \"fast startup\", or not shut down at all: start it, run \"chkdsk /f\", and shut it down with \"shutdown /s /t 0\"; if the disk has been resized before and Windows was not started since, use --ntfsresize-force";

    /// <summary>Looks for the mark that a hibernated Windows leaves in front of what it keeps of its memory; ntfsresize does not.</summary>
    /// <param name="guest">The appliance; nothing is mounted.</param>
    /// <param name="name">How the user calls the device.</param>
    /// <param name="device">The device in the appliance.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CommandFailedException">It is hibernated.</exception>
    public static async Task RequireShutDownAsync(GuestActions guest, string name, string device, CancellationToken cancellationToken)
    {
        if (await IsHibernatedAsync(guest, device, cancellationToken).ConfigureAwait(false))
        {
            throw new CommandFailedException(
                $"{name}: belongs to a Windows that is hibernated or was shut down with \"fast startup\"; start it and shut it down with \"shutdown /s /t 0\"");
        }
    }

    private static async Task<bool> IsHibernatedAsync(GuestActions guest, string device, CancellationToken cancellationToken)
    {
        try
        {
            await guest.MountRoAsync(device, "/", cancellationToken).ConfigureAwait(false);
            try
            {
                var file = await guest.CaseSensitivePathAsync(HibernationFile, cancellationToken).ConfigureAwait(false);
                var mark = await guest.PreadAsync(file, MarkLength, 0, cancellationToken).ConfigureAwait(false);
                return mark.AsSpan().SequenceEqual("hibr"u8) || mark.AsSpan().SequenceEqual("HIBR"u8);
            }
            finally
            {
                await guest.UmountAllAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (GuestfsException e) when (!GuestFailure.IsApplianceGone(e))
        {
            // No such file; or what cannot be mounted, and there ntfsresize has something to say.
            return false;
        }
    }
}
