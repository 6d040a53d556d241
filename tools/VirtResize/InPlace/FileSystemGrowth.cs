namespace VirtTools.Commands.InPlace;

/// <summary>Lets a file system fill its device.</summary>
internal static class FileSystemGrowth
{
    private const string Place = "/";

    /// <summary>The kinds, for a sentence.</summary>
    public const string KnownList = "ext2, ext3, ext4, xfs, btrfs, ntfs, f2fs";

    public static bool IsKnown(string kind) => kind is "ext2" or "ext3" or "ext4" or "xfs" or "btrfs" or "ntfs" or "f2fs";

    /// <exception cref="GuestfsException">The file system's program refuses, with its words.</exception>
    public static async Task RunAsync(Guestfs guest, string device, string kind, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case "ext2" or "ext3" or "ext4":
                // resize2fs wants a file system that was just checked.
                await guest.E2fsckAsync(device, new() { Correct = true }, cancellationToken).ConfigureAwait(false);
                await guest.Resize2fsAsync(device, cancellationToken).ConfigureAwait(false);
                break;
            case "ntfs":
                await guest.NtfsresizeAsync(device, cancellationToken: cancellationToken).ConfigureAwait(false);
                break;
            case "f2fs":
                await guest.F2fsExpandAsync(device, cancellationToken).ConfigureAwait(false);
                break;
            case "xfs" or "btrfs":
                // These two grow while they are mounted.
                await guest.MountAsync(device, Place, cancellationToken).ConfigureAwait(false);
                await (kind == "xfs"
                    ? guest.XfsGrowfsAsync(Place, new() { DataSection = true }, cancellationToken)
                    : guest.BtrfsFilesystemResizeAsync(Place, cancellationToken: cancellationToken)).ConfigureAwait(false);
                await guest.UmountAsync(Place, cancellationToken: cancellationToken).ConfigureAwait(false);
                break;
        }
    }
}
