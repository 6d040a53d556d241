using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix.Native;

namespace VirtTools.Posix;

/// <summary>Files by path and by descriptor. Every descriptor is made close-on-exec; a child gets only what is mapped for it by name.</summary>
internal static partial class Descriptors
{
    private const int FcntlDuplicate = 1030; // F_DUPFD_CLOEXEC
    private const int FcntlGetFlags = 3;
    private const int FcntlSetFlags = 4;
    private const int SystemCallOpenAt2 = 437;
    private const int CurrentFolder = -100; // AT_FDCWD

    /// <summary>open(2).</summary>
    /// <exception cref="PosixException">The file could not be opened.</exception>
    public static SafeFileHandle Open(string path, OpenFlags flags, uint mode = 0)
    {
        var bytes = ByteString.GetTerminated(path);
        return Owned(Repeat(() => Libc.Open(bytes, (int)(flags | OpenFlags.CloseOnExec), mode), path));
    }

    /// <summary>openat(2): a relative path starts at <paramref name="folder"/>.</summary>
    /// <exception cref="PosixException">The file could not be opened.</exception>
    public static SafeFileHandle OpenAt(SafeFileHandle folder, string path, OpenFlags flags, uint mode = 0)
    {
        var bytes = ByteString.GetTerminated(path);
        using var use = new HandleUse(folder);
        var number = use.Number;
        return Owned(Repeat(() => Libc.OpenAt(number, bytes, (int)(flags | OpenFlags.CloseOnExec), mode), path));
    }

    /// <summary>openat2(2), which can keep the resolution of a path inside a folder (since Linux 5.6).</summary>
    /// <exception cref="PosixException">The file could not be opened; EXDEV where the path leads out.</exception>
    public static SafeFileHandle OpenAt2(SafeFileHandle? folder, string path, OpenFlags flags, ResolveFlags resolve, uint mode = 0)
    {
        var bytes = ByteString.GetTerminated(path);
        var how = new Libc.OpenHow { Flags = (ulong)(flags | OpenFlags.CloseOnExec), Mode = mode, Resolve = (ulong)resolve };
        using var use = folder is null ? default : new HandleUse(folder);
        var number = folder is null ? CurrentFolder : use.Number;
        while (true)
        {
            var result = Libc.OpenAt2(SystemCallOpenAt2, number, bytes, how, (nuint)Marshal.SizeOf<Libc.OpenHow>());
            if (result >= 0)
            {
                return Owned((int)result);
            }

            // EAGAIN: a rename or mount raced with the walk; openat2(2) asks for another try.
            var errno = Marshal.GetLastPInvokeError();
            if (errno is not (Errno.EINTR or Errno.EAGAIN))
            {
                throw new PosixException(errno, path);
            }
        }
    }

    /// <summary>An unnamed file in memory, gone with its last descriptor.</summary>
    /// <exception cref="PosixException">No descriptor or no memory left.</exception>
    public static SafeFileHandle CreateMemoryFile(string name) => CreateMemoryFile(name, 0);

    internal static SafeFileHandle CreateMemoryFile(string name, uint flags) =>
        Owned(Checked(Libc.MemFdCreate(ByteString.GetTerminated(name), flags | 1 /* MFD_CLOEXEC */), "memfd_create"));

    /// <summary>A second descriptor of the same open file, numbered <paramref name="lowest"/> or above.</summary>
    /// <exception cref="PosixException">No descriptor left.</exception>
    public static SafeFileHandle Duplicate(SafeHandle handle, int lowest = 0)
    {
        using var use = new HandleUse(handle);
        return Owned(Checked(Libc.Fcntl(use.Number, FcntlDuplicate, lowest), "dup"));
    }

    /// <summary>The status flags of the open file (F_GETFL): access mode, append, non-blocking.</summary>
    /// <exception cref="PosixException">The descriptor is not open.</exception>
    public static OpenFlags GetFlags(SafeHandle handle)
    {
        using var use = new HandleUse(handle);
        return (OpenFlags)Checked(Libc.Fcntl(use.Number, FcntlGetFlags, 0), "fcntl");
    }

    /// <summary>Sets the status flags of the open file (F_SETFL); they are shared by all its descriptors.</summary>
    /// <exception cref="PosixException">The descriptor is not open.</exception>
    public static void SetFlags(SafeHandle handle, OpenFlags flags)
    {
        using var use = new HandleUse(handle);
        Checked(Libc.Fcntl(use.Number, FcntlSetFlags, (nint)flags), "fcntl");
    }

    /// <summary>As <see cref="SetFlags"/>, for flags that a file system may refuse: false where it does.</summary>
    public static bool TrySetFlags(SafeHandle handle, OpenFlags flags)
    {
        using var use = new HandleUse(handle);
        return Libc.Fcntl(use.Number, FcntlSetFlags, (nint)flags) >= 0;
    }

    /// <summary>Sets or clears O_NONBLOCK of the open file.</summary>
    /// <exception cref="PosixException">The descriptor is not open.</exception>
    public static void SetNonBlocking(SafeHandle handle, bool value)
    {
        var flags = GetFlags(handle);
        SetFlags(handle, value ? flags | OpenFlags.NonBlocking : flags & ~OpenFlags.NonBlocking);
    }

    internal static SafeFileHandle Owned(int number) => new(number, ownsHandle: true);

    internal static int Checked(int result, string what) =>
        result >= 0 ? result : throw new PosixException(Marshal.GetLastPInvokeError(), what);

    private static int Repeat(Func<int> call, string what)
    {
        while (true)
        {
            var result = call();
            if (result >= 0)
            {
                return result;
            }

            var errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR)
            {
                throw new PosixException(errno, what);
            }
        }
    }
}
