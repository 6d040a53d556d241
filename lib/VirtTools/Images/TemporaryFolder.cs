using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Images;

/// <summary>Where short-lived files go: throw-away overlays. Large files that are kept belong in the cache folder instead.</summary>
/// <param name="Path">The folder; bytes as a lossless string.</param>
/// <param name="Origin">Who chose it, for messages: a variable's name, or the default.</param>
internal sealed record TemporaryFolder(string Path, string Origin)
{
    private const uint OwnerOnly = 0x180; // 0600
    private const int NameTries = 16;

    /// <summary>LIBGUESTFS_TMPDIR, else TMPDIR, else /tmp. A variable that is set to nothing counts as unset.</summary>
    /// <param name="environment">The value of a variable, as a lossless string; null where it is unset.</param>
    public static TemporaryFolder Choose(Func<string, string?> environment)
    {
        foreach (var variable in (ReadOnlySpan<string>)["LIBGUESTFS_TMPDIR", "TMPDIR"])
        {
            if (environment(variable) is { Length: > 0 } path)
            {
                return new(path, variable);
            }
        }

        return new("/tmp", "the default");
    }

    /// <summary>Makes an empty file without a name, for reading and writing: gone with its last descriptor, however the process ends.</summary>
    /// <exception cref="ImageException">The folder does not exist, cannot be written or has no room.</exception>
    public SafeFileHandle CreateUnnamedFile()
    {
        try
        {
            return OpenUnnamed();
        }
        catch (PosixException e)
        {
            throw Explain(e);
        }
        catch (ArgumentException)
        {
            throw new ImageException("EINVAL", $"{Path}: the temporary folder (from {Origin}) is no file name; set TMPDIR to another folder");
        }
    }

    /// <summary>What a failed call on a file in this folder means to the user.</summary>
    public ImageException Explain(PosixException e)
    {
        var why = e.ErrnoName switch
        {
            "ENOENT" or "ENOTDIR" => "does not exist",
            "EACCES" or "EPERM" => "cannot be written by this user",
            "EROFS" => "is on a read-only file system",
            "ENOSPC" or "EDQUOT" => "has no space left",
            _ => $"cannot be used: {Errno.Message(e.Errno)}",
        };
        return new(e.ErrnoName, $"{Path}: the temporary folder (from {Origin}) {why}; set TMPDIR to another folder");
    }

    private SafeFileHandle OpenUnnamed()
    {
        try
        {
            return Descriptors.Open(Path, OpenFlags.Unnamed | OpenFlags.ReadWrite, OwnerOnly);
        }
        catch (PosixException e) when (e.ErrnoName is "ENOTSUP" or "EISDIR" or "EINVAL")
        {
            // NFS, FUSE and others know no unnamed files: make one and take its name away at once.
            return CreateAndUnlink();
        }
    }

    internal SafeFileHandle CreateAndUnlink()
    {
        for (var tries = 1; ; tries++)
        {
            var path = $"{Path}/virttools-{Guid.NewGuid():N}";
            try
            {
                var handle = Descriptors.Open(path, OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow | OpenFlags.ReadWrite, OwnerOnly);
                Descriptors.Unlink(path);
                return handle;
            }
            catch (PosixException e) when (e.Errno == Errno.EEXIST && tries < NameTries)
            {
            }
        }
    }
}
