using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;

namespace VirtTools.Commands;

/// <summary>The job of virt-cat.</summary>
internal static class FileContent
{
    /// <summary>Opens the guest, then prints its files.</summary>
    public static Task PrintAsync(CatOptions options, CommandContext context, CancellationToken cancellationToken) =>
        OpenedGuest.RunAsync(
            options,
            GuestAccess.ReadOnly,
            context,
            (open, stop) => PrintAsync(open, options.Files, GuestName.Of(options.Drives), context.Streams, stop),
            cancellationToken);

    /// <summary>Prints files of a guest whose file systems are mounted. One that cannot be read is a complaint; the others are still printed.</summary>
    public static async Task PrintAsync(
        OpenGuest open, IReadOnlyList<string> files, string guestName, CommandStreams streams, CancellationToken cancellationToken)
    {
        foreach (var file in files)
        {
            try
            {
                var path = await open.Paths.ResolveAsync(file, cancellationToken).ConfigureAwait(false);
                await open.Guest.DownloadAsync(path, streams.Output, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (GuestFailure.IsAboutFile(e))
            {
                streams.Complain($"{guestName}: {GuestFailure.Describe(e, file)}");
            }
        }
    }
}
