using System.Text.Json;
using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;
using VirtTools.Commands.Tables;
using VirtTools.Posix;

namespace VirtTools.Commands.InPlace;

/// <summary>
/// <c>--in-place</c>: all changes go into an overlay beside the image. Then a record is written, and from there on the growth happens, whoever is killed: what is
/// begun is finished by <c>--recover</c> or by the next run. Before the record the image is as it was, and the overlay is a leftover.
/// </summary>
/// <param name="options">What is asked for, and how the guest is launched.</param>
/// <param name="context">What the guest is launched with.</param>
/// <param name="messages">Gets the summary.</param>
internal sealed class InPlaceGrowth(ResizeOptions options, CommandContext context, ResizeMessages messages)
{
    /// <summary>Does what the command line asks for.</summary>
    /// <param name="cancellationToken">Ends it, up to the commit.</param>
    /// <exception cref="CommandFailedException">It cannot be done.</exception>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        var image = new ImageChoice(ImageAddress.ToPath(options.Input), options.InputFormat, options.BlockSize);
        return options.IsRecovery
            ? RecoverAsync(image)
            : RunAsync(new(image, options.Size, options.Request.Expand, options.ExpandedVolumes, options.ForcesNtfs), cancellationToken);
    }

    private async Task RunAsync(GrowthRequest request, CancellationToken cancellationToken)
    {
        using (var image = GrownImage.Open(request.Image.Path, request.Image.Format))
        {
            var files = new FilesBeside(image);
            if (!await FinishAsync(image, files).ConfigureAwait(false))
            {
                files.RemoveLeftovers();
                await GrowAsync(image, files, request, cancellationToken).ConfigureAwait(false);
                return;
            }
        }

        // What was interrupted is done. The image is another one now: look at it anew.
        await RunAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary><c>--recover</c>: finishes what was interrupted, and does nothing else.</summary>
    /// <exception cref="CommandFailedException">It cannot be finished.</exception>
    private async Task RecoverAsync(ImageChoice choice)
    {
        using var image = GrownImage.Open(choice.Path, choice.Format);
        var files = new FilesBeside(image);
        if (!await FinishAsync(image, files).ConfigureAwait(false))
        {
            files.RemoveLeftovers();
            messages.Answer($"{choice.Path}: nothing was interrupted");
        }
    }

    private async Task GrowAsync(GrownImage image, FilesBeside files, GrowthRequest request, CancellationToken cancellationToken)
    {
        var size = request.NewSize(image.VirtualSize);
        if (size < image.VirtualSize)
        {
            throw new CommandFailedException(
                $"{request.Image.Path}: has {image.VirtualSize} bytes, and {size} would be less: an image is only grown in place; to shrink it, resize into a new image (virt-resize INDISK OUTDISK)");
        }

        CommitRecord record;
        Growth growth;
        try
        {
            files.CreateOverlay(size);
            growth = await ChangeAsync(files, image.VirtualSize, request, cancellationToken).ConfigureAwait(false);
            RequireRoom(image, files, size);
            if (options.IsDryRun)
            {
                files.RemoveLeftovers();
                messages.Answer($"{request.Image.Path}: not done, since --dry-run was given: {growth.Summary}");
                TellDocument(isDone: false);
                return;
            }

            record = Record(image, files, size, growth.Summary);
            cancellationToken.ThrowIfCancellationRequested();
            files.WriteRecord(record);
        }
        catch
        {
            files.RemoveLeftovers();
            throw;
        }

        // No way back from here on. Who insists on an end gets it after the grace that every command has.
        using var told = TellAtHardEnd(image);
        await Commit.RunAsync(image, files, record).ConfigureAwait(false);
        messages.TellResult($"{request.Image.Path}: {record.Summary}");
        TellDocument(isDone: true);

        void TellDocument(bool isDone)
        {
            if (options.IsJson)
            {
                var document = GrowthDocument.Of(options.Input, image.Format, (image.VirtualSize, size), growth, isDone, messages.Warnings);
                messages.WriteDocument(JsonSerializer.Serialize(document, GrowthJsonContext.Default.GrowthDocument));
            }
        }
    }

    private async Task<Growth> ChangeAsync(FilesBeside files, long oldSize, GrowthRequest request, CancellationToken cancellationToken)
    {
        var name = GuestName.Of([request.Image]);
        try
        {
            Growth? growth = null;
            await GuestDeadline.RunAsync(options.Timeout, name, ChangeAsync, cancellationToken).ConfigureAwait(false);
            return growth!;

            async Task ChangeAsync(CancellationToken stop)
            {
                // The size of sectors is the drive's, and that cannot be changed while the appliance runs.
                growth = await TryAsync(request, stop).ConfigureAwait(false)
                    ?? await TryAsync(request with { Image = request.Image with { BlockSize = DiskGeometry.LargeSector } }, stop).ConfigureAwait(false);
            }

            async Task<Growth?> TryAsync(GrowthRequest tried, CancellationToken stop)
            {
                var drive = new ImageChoice(files.Overlay, "qcow2", tried.Image.BlockSize);
                await using var guest = await GuestLaunch.OpenAsync([drive], GuestAccess.ReadWrite, options, context, stop).ConfigureAwait(false);
                var grown = await GuestGrowth.RunAsync(guest, oldSize, tried, sentence => messages.Warn($"{name}: {sentence}"), stop).ConfigureAwait(false);
                await guest.ShutdownAsync(stop).ConfigureAwait(false);
                return grown;
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
    private async Task<bool> FinishAsync(GrownImage image, FilesBeside files)
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
        using var told = TellAtHardEnd(image);
        await Commit.RunAgainAsync(image, files, record).ConfigureAwait(false);
        messages.TellFinished($"{image.Path}: an interrupted growth was finished: {record.Summary}");
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

    private IDisposable TellAtHardEnd(GrownImage image) => LastActs.Add(() => context.Streams.Complain(
        $"{image.Path}: is half written and must not be used; finish it with: virt-resize --recover {image.Path}"));

    private static string DeviceText(DeviceNumber device) => $"{device.Major}:{device.Minor}";
}
