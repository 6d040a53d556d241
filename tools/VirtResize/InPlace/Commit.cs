using VirtTools.CommandLine.Running;
using VirtTools.Images;
using VirtTools.Launch;
using VirtTools.Posix;

namespace VirtTools.Commands.InPlace;

/// <summary>
/// Brings the content of an overlay into its image. Each step only writes what the overlay holds, and the overlay stays as it is, so that a commit which was
/// killed at any moment is finished by carrying it out again.
/// </summary>
internal static class Commit
{
    /// <summary>Begins with a record on the disk. Nobody can end it: half of it is of no use.</summary>
    /// <exception cref="CommandFailedException">Not everything is in the image; the sentence says what to do.</exception>
    public static async Task RunAsync(GrownImage image, FilesBeside files, CommitRecord record)
    {
        image.AllowOurselves();
        if (await RunAsync(image, files, "commit", "-q", "-d", "-f", "qcow2", $"./{image.Name}{FilesBeside.OverlayEnding}").ConfigureAwait(false) is { } reason)
        {
            throw Failure(image, files, record, reason);
        }

        try
        {
            Descriptors.Synchronize(image.Handle);
        }
        catch (PosixException e)
        {
            throw Failure(image, files, record, e.Message);
        }

        files.Remove();
    }

    /// <summary>The same after an earlier one was killed, which may have left clusters of a qcow2 that are counted and not used.</summary>
    /// <exception cref="CommandFailedException">Not everything is in the image; the sentence says what to do.</exception>
    public static async Task RunAgainAsync(GrownImage image, FilesBeside files, CommitRecord record)
    {
        await RunAsync(image, files, record).ConfigureAwait(false);
        if (image.Format == "qcow2")
        {
            // They only take room, so a failure is none of the growth.
            await RunAsync(image, files, "check", "-q", "-f", "qcow2", "-r", "leaks", $"./{image.Name}").ConfigureAwait(false);
        }
    }

    /// <returns>Why it failed; null if it did not.</returns>
    private static Task<string?> RunAsync(GrownImage image, FilesBeside files, params string[] arguments) => DedicatedThread.Run(arguments[0], () =>
    {
        try
        {
            var result = FencedImageProgram.Run(arguments, new(image.Folder, [files.Overlay, image.Path], [.. image.Backing], image.Status), CancellationToken.None);
            return result.IsSuccess ? null : $"qemu-img {result.Ending}: {result.ErrorText}";
        }
        catch (LaunchException e)
        {
            return e.Message;
        }
    });

    private static CommandFailedException Failure(GrownImage image, FilesBeside files, CommitRecord record, string reason)
    {
        var now = Descriptors.Stat(image.Handle);
        if (now.Size == record.ImageLength && TimeText(now.ModificationTime) == record.ImageTime)
        {
            files.Remove();
            return new($"{image.Path}: could not be written and is as it was: {reason}");
        }

        return new(
            $"{image.Path}: is half written and must not be used: {reason}; mend the cause (such as a full disk) and run: virt-resize --recover {image.Path}");
    }

    /// <summary>A time as records have it.</summary>
    public static string TimeText(FileTime time) => $"{time.Seconds}.{time.Nanoseconds:D9}";
}
