using System.Text;
using VirtTools.CommandLine.Options;
using VirtTools.Images;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Guests;

/// <summary>
/// By what an image is known again: inode, size and times of its file and of every file that its format's driver finds under it.
/// </summary>
/// <param name="Text">Equal where nothing has changed.</param>
/// <param name="LatestChange">When the youngest of the files was changed, in nanoseconds since 1970.</param>
internal sealed record ImageStamp(string Text, long LatestChange)
{
    // File systems count time in steps (a jiffy, on FAT two seconds): a second write within one step leaves no trace.
    private const long CoarsestClock = 2_000_000_000;
    private const long Nanosecond = 1_000_000_000;

    /// <summary>Looks at the images of a guest, before they are read.</summary>
    /// <param name="drives">What the guest consists of.</param>
    /// <param name="libvirtUri">Which libvirt knows it; null for the one that libvirt chooses.</param>
    /// <param name="now">The time of day.</param>
    /// <returns>
    /// Null where it cannot be known whether they change: a block device, a disk behind a server, an image that cannot be opened, one that was changed this very
    /// moment.
    /// </returns>
    public static ImageStamp? TryTake(IReadOnlyList<DriveChoice> drives, string? libvirtUri, DateTimeOffset now)
    {
        var text = new StringBuilder();
        var latest = 0L;
        var images = new List<ImageChoice>();
        try
        {
            foreach (var drive in drives)
            {
                if (ImagesOf(drive, libvirtUri) is not { } found)
                {
                    return null;
                }

                images.AddRange(found);
            }

            foreach (var choice in images)
            {
                using var image = ImageOpener.Open(choice.Path, choice.Format, readOnly: true, choice.BackingFormats);
                foreach (var layer in image.Layers)
                {
                    var status = Descriptors.Stat(layer.Handle);
                    if (status.Kind != FileKind.Regular)
                    {
                        return null;
                    }

                    // Not its blocks: their number changes when the kernel gets round to writing, and when somebody reads.
                    text.Append($"{choice.Path} {choice.Format} {status.Device} {status.Inode} {status.Size} {status.ModificationTime} {status.ChangeTime}\n");
                    latest = Math.Max(latest, Math.Max(Nanoseconds(status.ModificationTime), Nanoseconds(status.ChangeTime)));
                }
            }
        }
        catch (Exception e) when (e is ImageException or PosixException)
        {
            return null;
        }

        var age = ((now - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick) - latest;
        return age < CoarsestClock ? null : new(text.ToString(), latest);
    }

    private static IReadOnlyList<ImageChoice>? ImagesOf(DriveChoice drive, string? libvirtUri) => drive switch
    {
        ImageChoice image => [image],
        DomainChoice domain => LibvirtGuests.TryFindImages(libvirtUri, domain),
        _ => null,
    };

    private static long Nanoseconds(FileTime time) => (time.Seconds * Nanosecond) + time.Nanoseconds;
}
