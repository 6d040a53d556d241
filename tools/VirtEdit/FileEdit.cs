using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;
using VirtTools.Posix;

namespace VirtTools.Commands;

/// <summary>The job of virt-edit.</summary>
internal static class FileEdit
{
    /// <summary>Opens the guest for writing, then edits its files.</summary>
    /// <exception cref="CommandFailedException">EDITOR makes no sense, or the guest cannot be opened.</exception>
    public static Task RunAsync(EditOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        // Before the launch: a mistake in EDITOR should not take a guest's start to be seen.
        var editor = options.NeedsEditor ? EditorCommand.Split(ProcessEnvironment.Get("EDITOR")) : [];
        return OpenedGuest.RunAsync(
            options,
            GuestAccess.ReadWrite,
            context,
            (open, stop) => RunAsync(open, options, ChangeFor(options, editor, open.Guest.GetTmpdir(), context), context.Streams, stop),
            cancellationToken);
    }

    /// <summary>Edits files one after the other. One that cannot be edited is a complaint and stays as it was; the others are still edited.</summary>
    /// <exception cref="CommandFailedException">The editor failed: no further file is edited.</exception>
    public static async Task RunAsync(
        OpenGuest open, EditOptions options, IFileChange change, CommandStreams streams, CancellationToken cancellationToken)
    {
        var name = GuestName.Of(options.Drives);
        foreach (var file in options.Files)
        {
            try
            {
                await EditAsync(open, file, options.BackupExtension, change, streams, cancellationToken).ConfigureAwait(false);
            }
            catch (EditFailedException e)
            {
                streams.Complain($"{name}: {file} is left as it was: {e.Message}");
            }
            catch (Exception e) when (GuestFailure.IsAboutFile(e) || e is GuestfsException { ErrnoName: "EROFS" or "ENOSPC" or "EDQUOT" or "EFBIG" })
            {
                streams.Complain($"{name}: {GuestFailure.Describe(e, file)}");
            }
        }
    }

    private static async Task EditAsync(
        OpenGuest open, string file, string? backupExtension, IFileChange change, CommandStreams streams, CancellationToken cancellationToken)
    {
        var guest = open.Guest;

        // The target of a link is replaced, not the link.
        var path = await guest.RealpathAsync(await open.Paths.ResolveAsync(file, cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);
        var status = await guest.StatnsAsync(path, cancellationToken).ConfigureAwait(false);
        RequireRegular(status);
        using var before = ContentFile.Create(guest.GetTmpdir());
        await using (var target = before.OpenWrite())
        {
            await guest.DownloadAsync(path, target, cancellationToken).ConfigureAwait(false);
        }

        using var after = await change.ApplyAsync(before, file, cancellationToken).ConfigureAwait(false);
        if (after.Equals(before))
        {
            if (change is EditorProgram)
            {
                streams.WriteError($"{streams.Program}: {file}: not changed");
            }

            return;
        }

        await new GuestReplacement(guest, streams).RunAsync(path, status, after, backupExtension, cancellationToken).ConfigureAwait(false);
        if (status.StNlink > 1)
        {
            streams.Warn($"{file} had {status.StNlink} names (hard links); the others still stand for what it was");
        }
    }

    private static void RequireRegular(StatNs status)
    {
        const long KindMask = 0xF000; // S_IFMT
        switch ((FileKind)(status.StMode & KindMask))
        {
            case FileKind.Regular:
                return;
            case FileKind.Directory:
                throw new EditFailedException("it is a directory");
            default:
                throw new EditFailedException("it is a device, a pipe or a socket");
        }
    }

    private static IFileChange ChangeFor(EditOptions options, IReadOnlyList<string> editor, string temporaryFolder, CommandContext context) =>
        options.NeedsEditor ? new EditorProgram(editor, temporaryFolder)
        : options.Expression is { } expression ? new PerlExpression(expression, temporaryFolder, context.Streams)
        : new LineEdit(options.Replacements, temporaryFolder);
}
