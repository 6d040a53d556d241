using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Daemon.Native;

internal static partial class Kernel
{
    private const int SystemCallRenameAt2 = 316;
    private const int RemoveFolder = 0x200; // AT_REMOVEDIR
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW

    /// <summary>getdents64(2).</summary>
    /// <returns>The bytes filled, 0 at the end.</returns>
    /// <exception cref="PosixException">Not a folder, or the file system failed.</exception>
    public static unsafe int GetEntries(SafeHandle folder, Span<byte> buffer)
    {
        using var use = new HandleUse(folder);
        fixed (byte* start = buffer)
        {
            var count = GetDEnts64(use.Number, start, (nuint)buffer.Length);
            Check(count, "getdents");
            return (int)count;
        }
    }

    /// <summary>mkdirat(2).</summary>
    /// <exception cref="PosixException">EEXIST where something is there.</exception>
    public static void MakeFolder(SafeHandle parent, string name, uint mode)
    {
        using var use = new HandleUse(parent);
        Check(MkDirAt(use.Number, ByteString.GetTerminated(name), mode), name);
    }

    /// <summary>mknodat(2).</summary>
    /// <exception cref="PosixException">EEXIST where something is there.</exception>
    public static void MakeNode(SafeHandle parent, string name, uint mode, ulong device)
    {
        using var use = new HandleUse(parent);
        Check(MkNodAt(use.Number, ByteString.GetTerminated(name), mode, device), name);
    }

    /// <summary>unlinkat(2) on something that is no folder.</summary>
    /// <exception cref="PosixException">EISDIR for a folder.</exception>
    public static void Remove(SafeHandle parent, string name)
    {
        using var use = new HandleUse(parent);
        Check(UnlinkAt(use.Number, ByteString.GetTerminated(name), 0), name);
    }

    /// <summary>unlinkat(2) on an empty folder.</summary>
    /// <exception cref="PosixException">ENOTEMPTY, ENOTDIR, EBUSY for a mount point.</exception>
    public static void RemoveEmptyFolder(SafeHandle parent, string name)
    {
        using var use = new HandleUse(parent);
        Check(UnlinkAt(use.Number, ByteString.GetTerminated(name), RemoveFolder), name);
    }

    /// <summary>renameat2(2).</summary>
    /// <exception cref="PosixException">EXDEV across file systems.</exception>
    public static void Rename(SafeHandle fromParent, string fromName, SafeHandle toParent, string toName)
    {
        using var from = new HandleUse(fromParent);
        using var to = new HandleUse(toParent);
        Check(
            RenameAt2(SystemCallRenameAt2, from.Number, ByteString.GetTerminated(fromName), to.Number, ByteString.GetTerminated(toName), 0),
            $"{fromName} -> {toName}");
    }

    /// <summary>linkat(2) without following a symbolic link.</summary>
    /// <exception cref="PosixException">EEXIST where something is there.</exception>
    public static void HardLink(SafeHandle fromParent, string fromName, SafeHandle toParent, string toName)
    {
        using var from = new HandleUse(fromParent);
        using var to = new HandleUse(toParent);
        Check(LinkAt(from.Number, ByteString.GetTerminated(fromName), to.Number, ByteString.GetTerminated(toName), 0), toName);
    }

    /// <summary>symlinkat(2).</summary>
    /// <exception cref="PosixException">EEXIST where something is there.</exception>
    public static void SymbolicLink(string target, SafeHandle parent, string name)
    {
        using var use = new HandleUse(parent);
        Check(SymLinkAt(ByteString.GetTerminated(target), use.Number, ByteString.GetTerminated(name)), name);
    }

    /// <summary>readlinkat(2).</summary>
    /// <exception cref="PosixException">EINVAL for what is no symbolic link.</exception>
    public static unsafe string ReadLink(SafeHandle parent, string name)
    {
        const int PathMaximum = 4096;
        var buffer = stackalloc byte[PathMaximum];
        using var use = new HandleUse(parent);
        var length = ReadLinkAt(use.Number, ByteString.GetTerminated(name), buffer, PathMaximum);
        Check(length, name);
        return ByteString.GetString(new(buffer, (int)length));
    }

    /// <summary>fchownat(2) on what a descriptor stands for, one opened with O_PATH included.</summary>
    /// <exception cref="PosixException">A read-only file system.</exception>
    public static void ChangeOwner(SafeHandle file, uint user, uint group)
    {
        using var use = new HandleUse(file);
        Check(FChOwnAt(use.Number, [0], user, group, EmptyPath), "chown");
    }

    /// <summary>utimensat(2) on a name in a folder, a symbolic link itself included.</summary>
    /// <exception cref="PosixException">A read-only file system.</exception>
    public static void SetTimes(SafeHandle parent, string name, TimeValue access, TimeValue modification)
    {
        using var use = new HandleUse(parent);
        Check(UTimeNsAt(use.Number, ByteString.GetTerminated(name), [access, modification], NoFollow), name);
    }

    /// <summary>futimens(2).</summary>
    /// <exception cref="PosixException">A read-only file system.</exception>
    public static void SetTimes(SafeHandle file, TimeValue access, TimeValue modification)
    {
        using var use = new HandleUse(file);
        Check(FUTimeNs(use.Number, [access, modification]), "futimens");
    }

    /// <summary>fallocate(2) with mode 0.</summary>
    /// <exception cref="PosixException">ENOSPC, or EOPNOTSUPP where the file system cannot.</exception>
    public static void Allocate(SafeHandle file, long length)
    {
        using var use = new HandleUse(file);
        Check(FAllocate(use.Number, 0, 0, length), "fallocate");
    }

    /// <summary>madvise(2) with MADV_HUGEPAGE; a kernel that will not is no error.</summary>
    public static void PreferLargePages(nint start, nuint length) => _ = MAdvise(start, length, 14);

    /// <summary>syncfs(2).</summary>
    /// <exception cref="PosixException">Data did not reach the disk.</exception>
    public static void SynchronizeFileSystem(SafeHandle file)
    {
        using var use = new HandleUse(file);
        Check(SyncFs(use.Number), "syncfs");
    }

    /// <summary>fstatfs(2), the fields that statvfs(3) shows.</summary>
    /// <exception cref="PosixException">The file system failed.</exception>
    public static FileSystemStatus StatusOfFileSystem(SafeHandle file)
    {
        using var use = new HandleUse(file);
        Check(FStatFs(use.Number, out var status), "statvfs");
        return status;
    }

    /// <summary>Seeks to data or a hole (SEEK_DATA, SEEK_HOLE), or anywhere else.</summary>
    /// <returns>The offset, or minus the error number.</returns>
    public static long TrySeek(SafeHandle file, long offset, int whence)
    {
        using var use = new HandleUse(file);
        var result = LSeek(use.Number, offset, whence);
        return result >= 0 ? result : -Marshal.GetLastPInvokeError();
    }

    /// <summary>An ioctl(2) whose argument is a buffer.</summary>
    /// <exception cref="PosixException">The device refuses.</exception>
    public static int Control(SafeHandle file, uint request, Span<byte> argument, string what)
    {
        using var use = new HandleUse(file);
        var result = IoCtl(use.Number, request, argument);
        Check(result, what);
        return result;
    }

    /// <summary>An ioctl(2) whose argument is a number, or that has none.</summary>
    /// <exception cref="PosixException">The device refuses.</exception>
    public static int Control(SafeHandle file, uint request, nint argument, string what)
    {
        using var use = new HandleUse(file);
        var result = IoCtlNumber(use.Number, request, argument);
        Check(result, what);
        return result;
    }

    [LibraryImport(Library, EntryPoint = "getdents64", SetLastError = true)]
    private static unsafe partial nint GetDEnts64(int folder, byte* buffer, nuint size);

    [LibraryImport(Library, EntryPoint = "mkdirat", SetLastError = true)]
    private static partial int MkDirAt(int folder, ReadOnlySpan<byte> name, uint mode);

    [LibraryImport(Library, EntryPoint = "mknodat", SetLastError = true)]
    private static partial int MkNodAt(int folder, ReadOnlySpan<byte> name, uint mode, ulong device);

    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true)]
    private static partial int UnlinkAt(int folder, ReadOnlySpan<byte> name, int flags);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint RenameAt2(
        nint number, nint fromFolder, ReadOnlySpan<byte> from, nint toFolder, ReadOnlySpan<byte> to, nint flags);

    [LibraryImport(Library, EntryPoint = "linkat", SetLastError = true)]
    private static partial int LinkAt(int fromFolder, ReadOnlySpan<byte> from, int toFolder, ReadOnlySpan<byte> to, int flags);

    [LibraryImport(Library, EntryPoint = "symlinkat", SetLastError = true)]
    private static partial int SymLinkAt(ReadOnlySpan<byte> target, int folder, ReadOnlySpan<byte> name);

    [LibraryImport(Library, EntryPoint = "readlinkat", SetLastError = true)]
    private static unsafe partial nint ReadLinkAt(int folder, ReadOnlySpan<byte> name, byte* buffer, nuint size);

    [LibraryImport(Library, EntryPoint = "fchownat", SetLastError = true)]
    private static partial int FChOwnAt(int folder, ReadOnlySpan<byte> name, uint user, uint group, int flags);

    [LibraryImport(Library, EntryPoint = "utimensat", SetLastError = true)]
    private static partial int UTimeNsAt(int folder, ReadOnlySpan<byte> name, ReadOnlySpan<TimeValue> times, int flags);

    [LibraryImport(Library, EntryPoint = "futimens", SetLastError = true)]
    private static partial int FUTimeNs(int file, ReadOnlySpan<TimeValue> times);

    [LibraryImport(Library, EntryPoint = "fallocate64", SetLastError = true)]
    private static partial int FAllocate(int file, int mode, long offset, long length);

    [LibraryImport(Library, EntryPoint = "madvise")]
    private static partial int MAdvise(nint start, nuint length, int advice);

    [LibraryImport(Library, EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncFs(int file);

    [LibraryImport(Library, EntryPoint = "fstatfs64", SetLastError = true)]
    private static partial int FStatFs(int file, out FileSystemStatus status);

    [LibraryImport(Library, EntryPoint = "lseek64", SetLastError = true)]
    private static partial long LSeek(int file, long offset, int whence);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoCtl(int file, nuint request, Span<byte> argument);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    private static partial int IoCtlNumber(int file, nuint request, nint argument);
}

/// <summary>struct timespec, with the two special values that utimensat(2) knows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct TimeValue(long Seconds, long Nanoseconds)
{
    /// <summary>UTIME_NOW.</summary>
    public static readonly TimeValue Now = new(0, 0x3FFF_FFFF);

    /// <summary>UTIME_OMIT: the time stays as it is.</summary>
    public static readonly TimeValue Unchanged = new(0, 0x3FFF_FFFE);
}

/// <summary>struct statfs of x86_64.</summary>
[StructLayout(LayoutKind.Sequential, Size = 120)]
internal struct FileSystemStatus
{
    public long Kind;
    public long BlockSize;
    public ulong Blocks;
    public ulong FreeBlocks;
    public ulong AvailableBlocks;
    public ulong Files;
    public ulong FreeFiles;
    public int IdLow;
    public int IdHigh;
    public long NameMaximum;
    public long FragmentSize;
    public ulong Flags;
}
