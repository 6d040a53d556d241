using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Images;

/// <summary>
/// The locks that QEMU keeps on image files: one byte for each thing that a process does with the image (from 100), and one for each that
/// it does not tolerate in others (from 200). See QEMU, docs/system/images, "image locking", and block/file-posix.
/// </summary>
internal static class ImageLock
{
    private const long Doing = 100;
    private const long Forbidding = 200;
    private const long Writing = 1; // BLK_PERM_WRITE is bit 1
    private const long Resizing = 3; // BLK_PERM_RESIZE is bit 3

    /// <summary>Whether another process writes to the image, such as the QEMU of a running guest. Locks taken through the same open file do not count.</summary>
    public static bool IsHeldForWriting(SafeFileHandle handle) => IsHeld(handle, Doing + Writing) || IsHeld(handle, Doing + Resizing);

    /// <summary>Whether another process uses the image in a way that does not go together with writing to it.</summary>
    public static bool PreventsWriting(SafeFileHandle handle) => IsHeldForWriting(handle) || IsHeld(handle, Forbidding + Writing);

    /// <summary>
    /// Lets no other process write to the image as long as it is open here. QEMU itself would do so for any image, were its disks not shared
    /// with our block export; for formats other than raw it still does.
    /// </summary>
    public static void ForbidWriting(SafeFileHandle handle)
    {
        try
        {
            Descriptors.LockRange(handle, LockKind.Shared, Forbidding + Writing, 1, LockWait.Refuse);
        }
        catch (PosixException)
        {
            // A file system without locks.
        }
    }

    /// <summary>Gives back what <see cref="ForbidWriting"/> took.</summary>
    public static void AllowWriting(SafeFileHandle handle)
    {
        try
        {
            Descriptors.UnlockRange(handle, Forbidding + Writing, 1);
        }
        catch (PosixException)
        {
            // A file system without locks.
        }
    }

    private static bool IsHeld(SafeFileHandle handle, long offset)
    {
        try
        {
            return !Descriptors.CanLockRange(handle, LockKind.Exclusive, offset, 1);
        }
        catch (PosixException)
        {
            // A file system without locks (some network and FUSE ones) holds none; QEMU goes on there too.
            return false;
        }
    }
}
