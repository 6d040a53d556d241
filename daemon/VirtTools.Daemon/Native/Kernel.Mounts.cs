using System.Runtime.InteropServices;
using VirtTools.Posix;

namespace VirtTools.Daemon.Native;

// System calls that only the daemon makes; what others need too is in VirtTools.Posix.
internal static partial class Kernel
{
    private const string Library = "libc";
    private const int SystemCallFInitModule = 313;

    /// <summary>mount(2).</summary>
    /// <exception cref="PosixException">The kernel refuses.</exception>
    public static void Mount(string? source, string target, string? fileSystem, MountFlags flags, string? options)
    {
        var result = Mount(Terminated(source), ByteString.GetTerminated(target), Terminated(fileSystem), (nuint)flags, Terminated(options));
        Check(result, $"mount {source} on {target}");
    }

    /// <summary>mount(2) without an exception.</summary>
    /// <returns>0, or the error number.</returns>
    public static int TryMount(string? source, string target, string? fileSystem, MountFlags flags, string? options) =>
        Mount(Terminated(source), ByteString.GetTerminated(target), Terminated(fileSystem), (nuint)flags, Terminated(options)) == 0
            ? 0
            : Marshal.GetLastPInvokeError();

    /// <summary>umount2(2).</summary>
    /// <returns>0, or the error number.</returns>
    public static int TryUnmount(string target, UnmountFlags flags) =>
        Unmount(ByteString.GetTerminated(target), (int)flags) == 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>chdir(2).</summary>
    /// <exception cref="PosixException">No such folder.</exception>
    public static void ChangeFolder(string path) => Check(ChDir(ByteString.GetTerminated(path)), $"chdir {path}");

    /// <summary>chroot(2), for all threads of this process.</summary>
    /// <exception cref="PosixException">Not root, or no such folder.</exception>
    public static void ChangeRoot(string path) => Check(ChRoot(ByteString.GetTerminated(path)), $"chroot {path}");

    /// <summary>finit_module(2).</summary>
    /// <returns>0, or the error number.</returns>
    public static int TryLoadModule(SafeHandle file, string parameters)
    {
        using var use = new HandleUse(file);
        return FInitModule(SystemCallFInitModule, use.Number, ByteString.GetTerminated(parameters), 0) == 0
            ? 0
            : Marshal.GetLastPInvokeError();
    }

    /// <summary>clock_settime(2) on the clock that tells the time.</summary>
    /// <exception cref="PosixException">EINVAL: no such time.</exception>
    public static void SetClock(long seconds, long nanoseconds) => Check(ClockSetTime(0 /* CLOCK_REALTIME */, new(seconds, nanoseconds)), "clock_settime");

    /// <summary>sync(2).</summary>
    [LibraryImport(Library, EntryPoint = "sync")]
    public static partial void Synchronize();

    /// <summary>umask(2).</summary>
    /// <returns>The mask that was in force.</returns>
    [LibraryImport(Library, EntryPoint = "umask")]
    public static partial uint SetUmask(uint mask);

    /// <summary>getpid(2).</summary>
    [LibraryImport(Library, EntryPoint = "getpid")]
    public static partial int ProcessId();

    /// <summary>Ends the machine; returns only when the kernel refuses.</summary>
    public static void PowerOff() => Reboot(unchecked((int)0x4321FEDC) /* RB_POWER_OFF */);

    /// <summary>Reaps one child that has ended, whoever started it.</summary>
    /// <returns>Its number; 0 or less where there is none.</returns>
    public static int ReapAny() => WaitPid(-1, 0, 1 /* WNOHANG */);

    [LibraryImport(Library, EntryPoint = "mount", SetLastError = true)]
    private static partial int Mount(
        ReadOnlySpan<byte> source, ReadOnlySpan<byte> target, ReadOnlySpan<byte> fileSystem, nuint flags, ReadOnlySpan<byte> options);

    [LibraryImport(Library, EntryPoint = "umount2", SetLastError = true)]
    private static partial int Unmount(ReadOnlySpan<byte> target, int flags);

    [LibraryImport(Library, EntryPoint = "chdir", SetLastError = true)]
    private static partial int ChDir(ReadOnlySpan<byte> path);

    [LibraryImport(Library, EntryPoint = "chroot", SetLastError = true)]
    private static partial int ChRoot(ReadOnlySpan<byte> path);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint FInitModule(nint number, nint file, ReadOnlySpan<byte> parameters, nint flags);

    [LibraryImport(Library, EntryPoint = "clock_settime", SetLastError = true)]
    private static partial int ClockSetTime(int clock, in TimeValue time);

    [LibraryImport(Library, EntryPoint = "reboot")]
    private static partial int Reboot(int command);

    [LibraryImport(Library, EntryPoint = "waitpid")]
    private static partial int WaitPid(int processId, nint status, int options);

    private static byte[]? Terminated(string? text) => text is null ? null : ByteString.GetTerminated(text);

    private static void Check(nint result, string what)
    {
        if (result < 0)
        {
            throw new PosixException(Marshal.GetLastPInvokeError(), what);
        }
    }
}

/// <summary>Flags of mount(2).</summary>
[Flags]
internal enum MountFlags : ulong
{
    None = 0,
    ReadOnly = 1,
    NoSetUid = 2,
    NoDevices = 4,
    NoExecution = 8,
    Synchronous = 16,
    Remount = 32,
    MandatoryLocks = 64,
    DirectorySynchronous = 128,
    NoFollow = 256,
    NoAccessTime = 1024,
    NoDirectoryAccessTime = 2048,
    Bind = 4096,
    Move = 8192,
    Recursive = 16384,
    Silent = 32768,
    RelativeAccessTime = 1 << 21,
    Version = 1 << 23,
    StrictAccessTime = 1 << 24,
    LazyTime = 1 << 25,
}

/// <summary>Flags of umount2(2).</summary>
[Flags]
internal enum UnmountFlags
{
    None = 0,
    Force = 1,
    Lazy = 2,
    NoFollow = 8,
}
