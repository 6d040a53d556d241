using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;
using VirtTools.Posix;

namespace VirtTools.Commands.InPlace;

/// <summary>
/// <c>--in-place</c>: all changes go into an overlay beside the image. Then a record is written, and from there on the growth happens, whoever is killed: what is
/// begun is finished by <c>--recover</c> or by the next run. Before the record the image is as it was, and the overlay is a leftover.
/// </summary>
internal static class InPlaceGrowth
{
    /// <summary>What the command line asks for.</summary>
    /// <exception cref="CommandFailedException">It cannot be done.</exception>
    public static Task RunAsync(ResizeOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        var image = new ImageChoice(ImageAddress.ToPath(options.Input), options.InputFormat, options.BlockSize);
        return options.IsRecovery
            ? RecoverAsync(image, context)
            : RunAsync(
                new(image, options.Size, options.Request.Expand, options.ExpandedVolumes, options.ForcesNtfs), options, context, cancellationToken);
    }

    /// <summary>Grows an image.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="options">How the guest is launched.</param>
    /// <param name="context">Gets the summary.</param>
    /// <param name="cancellationToken">Ends it, up to the commit.</param>
    /// <exception cref="CommandFailedException">It cannot grow.</exception>
    private static async Task RunAsync(GrowthRequest request, ResizeOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        using (var image = GrownImage.Open(request.Image.Path, request.Image.Format))
        {
            var files = new FilesBeside(image);
            if (!await FinishAsync(image, files, context).ConfigureAwait(false))
            {
                files.RemoveLeftovers();
                await GrowAsync(image, files, request, options, context, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        // What was interrupted is done. The image is another one now: look at it anew.
        await RunAsync(request, options, context, cancellationToken).ConfigureAwait(false);
    }

    /// <summary><c>--recover</c>: finishes what was interrupted, and does nothing else.</summary>
    /// <exception cref="CommandFailedException">It cannot be finished.</exception>
    private static async Task RecoverAsync(ImageChoice choice, CommandContext context)
    {
        using var image = GrownImage.Open(choice.Path, choice.Format);
        var files = new FilesBeside(image);
        if (!await FinishAsync(image, files, context).ConfigureAwait(false))
        {
            files.RemoveLeftovers();
            context.Streams.Write($"{choice.Path}: nothing was interrupted\n");
        }
    }

    private static async Task GrowAsync(
        GrownImage image, FilesBeside files, GrowthRequest request, ResizeOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        var size = request.NewSize(image.VirtualSize);
        if (size < image.VirtualSize)
        {
            throw new CommandFailedException(
                $"{request.Image.Path}: has {image.VirtualSize} bytes, and {size} would be less: an image is only grown in place; to shrink it, resize into a new image (virt-resize INDISK OUTDISK)");
        }

        CommitRecord record;
        try
        {
            files.CreateOverlay(size);
            var summary = await ChangeAsync(files, image.VirtualSize, request, options, context, cancellationToken).ConfigureAwait(false);
            RequireRoom(image, files, size);
            if (options.IsDryRun)
            {
                files.RemoveLeftovers();
                context.Streams.Write($"{request.Image.Path}: not done, since --dry-run was given: {summary}\n");
                return;
            }

            record = Record(image, files, size, summary);
            cancellationToken.ThrowIfCancellationRequested();
            files.WriteRecord(record);
        }
        catch
        {
            files.RemoveLeftovers();
            throw;
        }

        // No way back from here on. Who insists on an end gets it after the grace that every command has.
        using var told = TellAtHardEnd(image, context);
        await Commit.RunAsync(image, files, record).ConfigureAwait(false);
        if (!options.IsQuiet)
        {
            context.Streams.Write($"{request.Image.Path}: {record.Summary}\n");
        }
    }

    private static async Task<string> ChangeAsync(
        FilesBeside files, long oldSize, GrowthRequest request, ResizeOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        var name = GuestName.Of([request.Image]);
        try
        {
            var summary = "";
            await GuestDeadline.RunAsync(options.Timeout, name, ChangeAsync, cancellationToken).ConfigureAwait(false);
            return summary;

            async Task ChangeAsync(CancellationToken stop)
            {
                var drive = new ImageChoice(files.Overlay, "qcow2", request.Image.BlockSize);
                await using var guest = await GuestLaunch.OpenAsync([drive], GuestAccess.ReadWrite, options, context, stop).ConfigureAwait(false);
                summary = await GuestGrowth.RunAsync(
                    guest, oldSize, request, sentence => context.Streams.WriteError($"{name}: {sentence}"), stop).ConfigureAwait(false);
                await guest.ShutdownAsync(stop).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is GuestfsException or CommandFailedException && !e.Message.StartsWith(name, StringComparison.Ordinal))
        {
            throw new CommandFailedException($"{name}: {e.Message}");
        }
    }

    // A disk that is full in the middle of a commit would leave the image half written until somebody makes room.
    private static void RequireRoom(GrownImage image, FilesBeside files, long size)
    {
        var needed = files.OverlayContent();
        var free = Descriptors.FileSystemOf(image.Folder).FreeBytes;
        if (needed > free)
        {
            throw new CommandFailedException(
                $"{image.Path}: {needed} bytes are to be written, and its file system has room for {free}; make room for {needed - free} more bytes; the image is as it was");
        }

        if (image.HasChanged())
        {
            throw new CommandFailedException($"{image.Path}: somebody has written to it while it was to grow; shut the guest down first; nothing was done to make it {size} bytes large");
        }
    }

    private static CommitRecord Record(GrownImage image, FilesBeside files, long size, string summary) => new()
    {
        Version = CommitRecord.CurrentVersion,
        Image = image.Name,
        Format = image.Format,
        Device = DeviceText(image.Status.Device),
        Inode = image.Status.Inode,
        OldSize = image.VirtualSize,
        NewSize = size,
        ImageLength = image.Status.Size,
        ImageTime = Commit.TimeText(image.Status.ModificationTime),
        OverlayLength = files.OverlayLength(),
        Summary = summary,
    };

    /// <returns>Whether there was something to finish.</returns>
    private static async Task<bool> FinishAsync(GrownImage image, FilesBeside files, CommandContext context)
    {
        files.RequireOwn();
        CommitRecord? record;
        try
        {
            record = CommitRecord.Read(files.Record);
        }
        catch (InvalidDataException e)
        {
            throw new CommandFailedException($"{files.Record}: cannot be understood: {e.Message}; the image may be half written; use the virt-resize that wrote it");
        }

        if (record is null)
        {
            return false;
        }

        Check(image, files, record);
        using var told = TellAtHardEnd(image, context);
        await Commit.RunAgainAsync(image, files, record).ConfigureAwait(false);
        context.Streams.Write($"{image.Path}: an interrupted growth was finished: {record.Summary}\n");
        return true;
    }

    private static void Check(GrownImage image, FilesBeside files, CommitRecord record)
    {
        if (record.Device != DeviceText(image.Status.Device) || record.Inode != image.Status.Inode || record.Format != image.Format)
        {
            throw new CommandFailedException(
                $"{files.Record}: is about another file that had the image's name; if this one is whole, such as a copy from before, remove {files.Record} and {files.Overlay}");
        }

        if (Descriptors.TryStat(files.Overlay) is not { } overlay || overlay.Size != record.OverlayLength)
        {
            throw new CommandFailedException(
                $"{files.Overlay}: is not what it was when the growth was interrupted, and without it the image stays half written; restore the image from a copy, and remove {files.Record}");
        }
    }

    private static IDisposable TellAtHardEnd(GrownImage image, CommandContext context) => LastActs.Add(() => context.Streams.Complain(
        $"{image.Path}: is half written and must not be used; finish it with: virt-resize --recover {image.Path}"));

    private static string DeviceText(DeviceNumber device) => $"{device.Major}:{device.Minor}";
}
