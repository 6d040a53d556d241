using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Output;

namespace VirtTools.Commands;

/// <summary>
/// Gives a file of the guest new content in one step: the content is written beside it, gets its owner, mode and attributes, and is renamed to its
/// name. Whatever fails before that leaves the file as it was.
/// </summary>
/// <param name="guest">A guest whose file systems are mounted for writing.</param>
/// <param name="streams">Gets warnings.</param>
internal sealed class GuestReplacement(GuestActions guest, CommandStreams streams)
{
    private const long AttributeBits = 0xFFF; // permissions, set-user-id, set-group-id, sticky

    /// <summary>Replaces the file.</summary>
    /// <param name="path">Where it really is: no part of the path is a link.</param>
    /// <param name="before">What it is.</param>
    /// <param name="content">The new content.</param>
    /// <param name="backupExtension">What the name of the backup has behind that of the file; null for none.</param>
    /// <exception cref="GuestfsException">Something failed; the file is as it was.</exception>
    /// <exception cref="EditFailedException">Its owner or mode cannot be kept; the file is as it was.</exception>
    public async Task RunAsync(string path, StatNs before, ContentFile content, string? backupExtension, CancellationToken cancellationToken)
    {
        var beside = $"{path[..(path.LastIndexOf('/') + 1)]}.virt-edit-{Guid.NewGuid():N}";
        try
        {
            await using (var source = content.OpenRead())
            {
                await guest.UploadAsync(source, beside, cancellationToken).ConfigureAwait(false);
            }

            await KeepAttributesAsync(path, beside, before, cancellationToken).ConfigureAwait(false);
            if (backupExtension is not null)
            {
                await BackUpAsync(path, path + backupExtension, cancellationToken).ConfigureAwait(false);
            }

            await guest.RenameAsync(beside, path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EditFailedException or OperationCanceledException || (e is GuestfsException failure && !GuestFailure.IsApplianceGone(failure)))
        {
            await RemoveAsync(beside).ConfigureAwait(false);
            throw;
        }
    }

    private async Task KeepAttributesAsync(string from, string to, StatNs before, CancellationToken cancellationToken)
    {
        try
        {
            await RemoveInheritedAsync(from, to, cancellationToken).ConfigureAwait(false);
            await guest.CopyAttributesAsync(from, to, new() { All = true }, cancellationToken).ConfigureAwait(false);
        }
        catch (GuestfsException e) when (IsBeyondFilesystem(e))
        {
            await KeepWhatCanBeAsync(from, to, e, cancellationToken).ConfigureAwait(false);
        }

        var after = await guest.StatnsAsync(to, cancellationToken).ConfigureAwait(false);
        if (((after.StMode ^ before.StMode) & AttributeBits) != 0 || after.StUid != before.StUid || after.StGid != before.StGid)
        {
            throw new EditFailedException("its owner and mode cannot be given to a new file on that file system");
        }
    }

    /// <summary>A new file may get an access control list from its folder that the old one does not have.</summary>
    private async Task RemoveInheritedAsync(string from, string to, CancellationToken cancellationToken)
    {
        var inherited = await guest.GetxattrsAsync(to, cancellationToken).ConfigureAwait(false);
        if (inherited.Length == 0)
        {
            return;
        }

        var own = (await guest.GetxattrsAsync(from, cancellationToken).ConfigureAwait(false)).Select(attribute => attribute.Attrname).ToHashSet();
        foreach (var attribute in inherited.Where(attribute => !own.Contains(attribute.Attrname)))
        {
            await guest.RemovexattrAsync(attribute.Attrname, to, cancellationToken).ConfigureAwait(false);
        }
    }

    // Whether what failed was needed is seen afterwards: on FAT every file has the same owner and mode anyway.
    private async Task KeepWhatCanBeAsync(string from, string to, GuestfsException failure, CancellationToken cancellationToken)
    {
        await TryAsync(guest.CopyAttributesAsync(from, to, new() { Ownership = true }, cancellationToken)).ConfigureAwait(false);
        await TryAsync(guest.CopyAttributesAsync(from, to, new() { Mode = true }, cancellationToken)).ConfigureAwait(false);
        if (await HasXattrsAsync(from, cancellationToken).ConfigureAwait(false)
            && !await TryAsync(guest.CopyAttributesAsync(from, to, new() { XAttributes = true }, cancellationToken)).ConfigureAwait(false))
        {
            streams.Warn($"{from}: not all extended attributes could be kept: {failure.Message}");
        }
    }

    private async Task<bool> HasXattrsAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await guest.GetxattrsAsync(path, cancellationToken).ConfigureAwait(false)).Length > 0;
        }
        catch (GuestfsException e) when (IsBeyondFilesystem(e))
        {
            return false;
        }
    }

    private static async Task<bool> TryAsync(Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
            return true;
        }
        catch (GuestfsException e) when (IsBeyondFilesystem(e))
        {
            return false;
        }
    }

    /// <summary>The old content gets a second name, so that the file is there at every moment; where a file system has no links it is renamed.</summary>
    private async Task BackUpAsync(string path, string backup, CancellationToken cancellationToken)
    {
        try
        {
            await guest.LnFAsync(path, backup, cancellationToken).ConfigureAwait(false);
        }
        catch (GuestfsException e) when (IsBeyondFilesystem(e) || e.ErrnoName == "EMLINK")
        {
            await guest.CpAAsync(path, backup, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveAsync(string path)
    {
        try
        {
            await guest.RmFAsync(path, CancellationToken.None).ConfigureAwait(false);
        }
        catch (GuestfsException e)
        {
            streams.Warn($"{path} may be left in the guest: {e.Message}");
        }
    }

    private static bool IsBeyondFilesystem(GuestfsException failure) =>
        failure.ErrnoName is "EPERM" or "ENOTSUP" or "EOPNOTSUPP" or "ENOSYS" or "EINVAL";
}
