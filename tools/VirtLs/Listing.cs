using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;

namespace VirtTools.Commands;

/// <summary>The job of virt-ls.</summary>
internal static class Listing
{
    /// <summary>Opens the guest, then lists its directories.</summary>
    public static Task PrintAsync(ListOptions options, CommandContext context, CancellationToken cancellationToken) =>
        OpenedGuest.RunAsync(
            options, GuestAccess.ReadOnly, context, (open, stop) => PrintAsync(open, options, context.Streams, stop), cancellationToken);

    /// <summary>Lists directories of a guest whose file systems are mounted. One that cannot be read is a complaint; the others are still listed.</summary>
    public static async Task PrintAsync(OpenGuest open, ListOptions options, CommandStreams streams, CancellationToken cancellationToken)
    {
        var name = GuestName.Of(options.Drives);
        if (options.IsJson)
        {
            await new ListingJson(open, options, sentence => streams.Complain($"{name}: {sentence}")).WriteAsync(streams.Output, cancellationToken)
                .ConfigureAwait(false);
            return;
        }

        foreach (var directory in options.Directories)
        {
            try
            {
                var path = await open.Paths.ResolveAsync(directory, cancellationToken).ConfigureAwait(false);
                await PrintDirectoryAsync(open.Guest, path, options, streams, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (GuestFailure.IsAboutFile(e))
            {
                streams.Complain($"{name}: {GuestFailure.Describe(e, directory)}");
            }
        }
    }

    private static async Task PrintDirectoryAsync(
        GuestActions guest, string directory, ListOptions options, CommandStreams streams, CancellationToken cancellationToken)
    {
        switch (options.Mode)
        {
            case ListMode.Names:
                foreach (var name in await guest.LsAsync(directory, cancellationToken).ConfigureAwait(false))
                {
                    streams.Write(name + options.LineEnd);
                }

                break;
            case ListMode.Long:
                streams.Write(await guest.LlAsync(directory, cancellationToken).ConfigureAwait(false));
                break;
            case ListMode.Recursive:
                foreach (var name in await guest.FindAsync(directory, cancellationToken).ConfigureAwait(false))
                {
                    streams.Write(name + options.LineEnd);
                }

                break;
            default:
                await PrintEntriesAsync(guest, directory, options, streams, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    private static async Task PrintEntriesAsync(
        GuestActions guest, string directory, ListOptions options, CommandStreams streams, CancellationToken cancellationToken)
    {
        var text = new EntryText(options, new TimeText(options.TimeStyle, DateTimeOffset.UtcNow.ToUnixTimeSeconds()));
        var walk = new FileWalk(guest, options.Checksum, sentence => streams.Complain($"{GuestName.Of(options.Drives)}: {sentence}"));
        await foreach (var entry in walk.BelowAsync(directory, cancellationToken).ConfigureAwait(false))
        {
            streams.Write(text.Format(entry) + options.LineEnd);
        }
    }
}
