using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Images;

/// <summary>Who asked for a file to be opened, and for what.</summary>
internal enum ImageAccess
{
    /// <summary>The user named it, to read.</summary>
    Read,

    /// <summary>The user named it, to read and write.</summary>
    ReadWrite,

    /// <summary>The header of an image named it.</summary>
    ReadNamedByImage,

    /// <summary>The header of an image named it, and the guest writes to it.</summary>
    ReadWriteNamedByImage,
}

/// <summary>Opens image files: regular files and block devices only, without waiting, without a trace in the access time.</summary>
internal static class ImageFile
{
    private const OpenFlags Common = OpenFlags.NonBlocking | OpenFlags.NoControllingTerminal;

    /// <param name="path">Bytes as a lossless string.</param>
    /// <param name="access">For whom, and for what.</param>
    /// <param name="subject">How the message begins, such as the path.</param>
    /// <exception cref="ImageException">The file is missing, of another kind, or not permitted.</exception>
    public static SafeFileHandle Open(string path, ImageAccess access, string subject)
    {
        try
        {
            // Asked before, since opening a device such as a tape or a watchdog may already do something; asked again on the descriptor.
            RequireDisk(Descriptors.Stat(path).Kind, subject);
            var handle = OpenQuietly(path, access);
            RequireDisk(handle, subject);
            return handle;
        }
        catch (PosixException e)
        {
            throw Explain(e, access, subject);
        }
        catch (ArgumentException)
        {
            throw new ImageException("EINVAL", $"{subject}: not a file name: it holds a zero byte or a character that stands for no byte");
        }
    }

    private static SafeFileHandle OpenQuietly(string path, ImageAccess access)
    {
        if (access is ImageAccess.ReadWrite or ImageAccess.ReadWriteNamedByImage)
        {
            return OpenFollowing(path, access, Common | OpenFlags.ReadWrite);
        }

        try
        {
            // Keeps the access time as it was, for QEMU too, which shares the open file.
            return OpenFollowing(path, access, Common | OpenFlags.ReadOnly | OpenFlags.NoAccessTime);
        }
        catch (PosixException e) when (e.Errno == Errno.EPERM)
        {
            // Only the owner of a file may ask for that.
            return OpenFollowing(path, access, Common | OpenFlags.ReadOnly);
        }
    }

    private static SafeFileHandle OpenFollowing(string path, ImageAccess access, OpenFlags flags)
    {
        if (access is ImageAccess.Read or ImageAccess.ReadWrite)
        {
            return Descriptors.Open(path, flags);
        }

        try
        {
            // The links of /proc lead to what a process has open, whatever path stands before them.
            return Descriptors.OpenAt2(null, path, flags, ResolveFlags.NoMagicLinks);
        }
        catch (PosixException e) when (e.Errno == Errno.ENOSYS)
        {
            return Descriptors.Open(path, flags);
        }
    }

    private static void RequireDisk(SafeFileHandle handle, string subject)
    {
        try
        {
            RequireDisk(Descriptors.Stat(handle).Kind, subject);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static void RequireDisk(FileKind kind, string subject)
    {
        var refusal = kind switch
        {
            FileKind.Regular or FileKind.BlockDevice => null,
            FileKind.Directory => new ImageException("EISDIR", $"{subject}: a directory, not a disk image; name the image file in it"),
            FileKind.Fifo => new("ESPIPE", $"{subject}: a FIFO, which cannot be read from the middle; copy it into a file first"),
            FileKind.Socket => new("ENXIO", $"{subject}: a socket, not a disk image; name the image file"),
            FileKind.CharacterDevice => new("ENOTBLK", $"{subject}: a character device, which cannot hold a disk; name an image file or a block device"),
            _ => new("EINVAL", $"{subject}: neither a file nor a block device; name the image file"),
        };

        if (refusal is not null)
        {
            throw refusal;
        }
    }

    private static ImageException Explain(PosixException e, ImageAccess access, string subject)
    {
        var writes = access is ImageAccess.ReadWrite or ImageAccess.ReadWriteNamedByImage;
        var refusal = e.ErrnoName switch
        {
            "EACCES" or "EPERM" when writes => ("no permission to write it", "run as a user who may write it"),
            "EROFS" => ("on a read-only file system", "copy it to another one"),
            "ETXTBSY" => ("in use by the system (as swap space or a running program)", "end that use"),
            _ => ((string Reason, string Advice)?)null,
        };
        if (refusal is { } found)
        {
            return ImageException.NotWritable(e.ErrnoName, $"{subject}: {found.Reason}", found.Advice);
        }

        var sentence = e.ErrnoName switch
        {
            "ENOENT" => "no such file; check the name",
            "ENOTDIR" => "no such file: a part of the path is not a folder; check the name",
            "EACCES" or "EPERM" => "no permission to read it; run as a user who may, or change its permissions",
            "ELOOP" => "leads through a loop of symbolic links, or through a link of /proc; name the file itself",
            "ENAMETOOLONG" => "a name longer than a file can have; check the name",
            "EMFILE" or "ENFILE" => "too many open files; raise the limit (ulimit -n)",
            "ENXIO" or "ENOMEDIUM" => "a device with nothing behind it; put a medium in or name another",
            _ => $"cannot be opened: {Errno.Message(e.Errno)}",
        };
        return new(e.ErrnoName, $"{subject}: {sentence}");
    }
}
