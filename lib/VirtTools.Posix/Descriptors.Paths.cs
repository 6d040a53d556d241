using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix.Native;

namespace VirtTools.Posix;

internal static partial class Descriptors
{
    /// <summary>rename(2): takes the place of a file that is there already, in one step.</summary>
    /// <exception cref="PosixException">Not possible, such as EXDEV across file systems.</exception>
    public static void Rename(string from, string to) =>
        Checked(Libc.Rename(ByteString.GetTerminated(from), ByteString.GetTerminated(to)), $"{from} -> {to}");

    /// <summary>unlink(2).</summary>
    /// <exception cref="PosixException">No such file, or no permission.</exception>
    public static void Unlink(string path) => Checked(Libc.Unlink(ByteString.GetTerminated(path)), path);

    /// <summary>rmdir(2).</summary>
    /// <exception cref="PosixException">Not there, not empty, or no permission.</exception>
    public static void RemoveDirectory(string path) => Checked(Libc.RmDir(ByteString.GetTerminated(path)), path);

    /// <summary>mkdir(2).</summary>
    /// <exception cref="PosixException">EEXIST where something is there, or no permission.</exception>
    public static void CreateDirectory(string path, uint mode) => Checked(Libc.MkDir(ByteString.GetTerminated(path), mode), path);

    /// <summary>Makes a folder of a new name, <paramref name="prefix"/> and six letters, readable by its owner only.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="PosixException">The parent folder does not exist or cannot be written.</exception>
    public static unsafe string CreateTemporaryDirectory(string prefix)
    {
        var template = ByteString.GetTerminated(prefix + "XXXXXX");
        fixed (byte* start = template)
        {
            if (Libc.MkDTemp(start) is null)
            {
                throw new PosixException(Marshal.GetLastPInvokeError(), prefix);
            }
        }

        return ByteString.GetString(template.AsSpan(..^1));
    }

    /// <summary>symlink(2).</summary>
    /// <exception cref="PosixException">EEXIST where something is there, or no permission.</exception>
    public static void CreateSymbolicLink(string target, string path) =>
        Checked(Libc.SymLink(ByteString.GetTerminated(target), ByteString.GetTerminated(path)), path);

    /// <summary>readlink(2).</summary>
    /// <exception cref="PosixException">Not a symbolic link (EINVAL), or not there.</exception>
    public static unsafe string ReadLink(string path)
    {
        const int PathMaximum = 4096;
        var buffer = stackalloc byte[PathMaximum];
        var length = Checked((int)Libc.ReadLink(ByteString.GetTerminated(path), buffer, PathMaximum), path);
        return ByteString.GetString(new(buffer, length));
    }

    /// <summary>fchmod(2).</summary>
    /// <exception cref="PosixException">Not the owner, or a read-only file system.</exception>
    public static void ChangeMode(SafeFileHandle handle, uint mode)
    {
        using var use = new HandleUse(handle);
        Checked(Libc.FChMod(use.Number, mode), "chmod");
    }

    /// <summary>fchown(2).</summary>
    /// <exception cref="PosixException">Not root, or a read-only file system.</exception>
    public static void ChangeOwner(SafeFileHandle handle, uint user, uint group)
    {
        using var use = new HandleUse(handle);
        Checked(Libc.FChOwn(use.Number, user, group), "chown");
    }
}
