using Microsoft.Win32.SafeHandles;
using VirtTools.CommandLine.Running;
using VirtTools.Posix;

namespace VirtTools.Commands.InPlace;

/// <summary>The files that lie beside an image while it grows. Their names tell whoever finds them what they belong to.</summary>
/// <param name="image">The image.</param>
internal sealed class FilesBeside(GrownImage image)
{
    /// <summary>What the name of an overlay has behind that of its image.</summary>
    public const string OverlayEnding = ".virt-resize.qcow2";

    /// <summary>Takes all changes until they are committed.</summary>
    public string Overlay { get; } = image.Path + OverlayEnding;

    /// <summary>The plan record of a commit.</summary>
    public string Record { get; } = image.Path + ".virt-resize.json";

    private string Draft => Record + ".new";

    /// <summary>A new overlay over the image, as private as the image, owned by the same user.</summary>
    /// <param name="size">Size of the disk in bytes.</param>
    /// <exception cref="CommandFailedException">The folder cannot be written.</exception>
    public void CreateOverlay(long size)
    {
        try
        {
            using var file = Create(Overlay);
            Images.Overlay.Write(file, size, new($"./{image.Name}", image.Format));
        }
        catch (PosixException e)
        {
            throw new CommandFailedException($"{Overlay}: cannot be made: {Errno.Message(e.Errno)}; the overlay takes all changes until they are committed, so the image's folder must be writable");
        }
    }

    /// <summary>Puts the record in its place. When this returns, it and the overlay survive a loss of power.</summary>
    /// <exception cref="CommandFailedException">They could not be brought to the disk; nothing of the image has changed.</exception>
    public void WriteRecord(CommitRecord record)
    {
        try
        {
            Synchronize(Overlay);
            RemoveIfThere(Draft);
            using (var file = Create(Draft))
            {
                Descriptors.WriteAll(file, record.ToBytes());
                Descriptors.Synchronize(file);
            }

            Descriptors.Rename(Draft, Record);
            SynchronizeFolder();
        }
        catch (PosixException e)
        {
            RemoveIfThere(Record);
            throw new CommandFailedException($"{Record}: cannot be written: {Errno.Message(e.Errno)}; the image is as it was");
        }
    }

    /// <summary>Length of the overlay file in bytes.</summary>
    public long OverlayLength() => Descriptors.Stat(Overlay).Size;

    /// <summary>How many bytes of the overlay are more than a hole.</summary>
    public long OverlayContent() => Descriptors.Stat(Overlay).Blocks * 512;

    /// <summary>The end of a growth: first the record, for without it the overlay is only a leftover.</summary>
    public void Remove()
    {
        RemoveIfThere(Record);
        SynchronizeFolder();
        RemoveLeftovers();
    }

    /// <summary>Removes what a run left that was killed before its commit. Call it only where there is no record.</summary>
    public void RemoveLeftovers()
    {
        RemoveIfThere(Draft);
        RemoveIfThere(Overlay);
    }

    /// <summary>Refuses files that somebody else put there: in a folder like /tmp anybody can, and they say what is written into the image.</summary>
    /// <exception cref="CommandFailedException">They are not the image's owner's, or no plain files.</exception>
    public void RequireOwn()
    {
        foreach (var path in (string[])[Record, Overlay])
        {
            var status = Descriptors.TryStat(path) is null ? (FileStatus?)null : Descriptors.LStat(path);
            if (status is { } found && (found.Kind != FileKind.Regular || found.UserId != image.Status.UserId))
            {
                throw new CommandFailedException(
                    $"{path}: not a file of the image's owner, so it is not believed; find out who put it there, and remove it if it is not what an interrupted virt-resize left");
            }
        }
    }

    private SafeFileHandle Create(string path)
    {
        const uint WithoutExecution = 0x1B6; // 0666
        var file = Descriptors.Open(
            path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, image.Status.Permissions & WithoutExecution & ~0x3Fu | 0x180);
        try
        {
            if (Descriptors.Stat(file).UserId != image.Status.UserId)
            {
                Descriptors.ChangeOwner(file, image.Status.UserId, image.Status.GroupId);
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void SynchronizeFolder()
    {
        using var folder = Descriptors.Open(image.Folder, OpenFlags.ReadOnly | OpenFlags.Directory);
        Descriptors.Synchronize(folder);
    }

    private static void Synchronize(string path)
    {
        using var file = Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.NoFollow);
        Descriptors.Synchronize(file);
    }

    private static void RemoveIfThere(string path)
    {
        try
        {
            Descriptors.Unlink(path);
        }
        catch (PosixException e) when (e.Errno == Errno.ENOENT)
        {
            // Gone already.
        }
    }
}
