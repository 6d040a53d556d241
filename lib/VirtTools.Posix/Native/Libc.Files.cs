using System.Runtime.InteropServices;

namespace VirtTools.Posix.Native;

// Functions of the C library as they are; the typed methods above them turn -1 into an exception and repeat after EINTR.
internal static partial class Libc
{
    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true)]
    internal static partial int Open(ReadOnlySpan<byte> path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true)]
    internal static partial int OpenAt(int folder, ReadOnlySpan<byte> path, int flags, uint mode);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true)]
    internal static partial int StatX(int folder, ReadOnlySpan<byte> path, int flags, uint mask, out StatXBuffer buffer);

    [LibraryImport(Library, EntryPoint = "pread64", SetLastError = true)]
    internal static unsafe partial nint PRead(int descriptor, byte* buffer, nuint count, long offset);

    [LibraryImport(Library, EntryPoint = "pwrite64", SetLastError = true)]
    internal static unsafe partial nint PWrite(int descriptor, byte* buffer, nuint count, long offset);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    internal static unsafe partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static unsafe partial nint Write(int descriptor, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "ftruncate64", SetLastError = true)]
    internal static partial int FTruncate(int descriptor, long length);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    internal static partial int FSync(int descriptor);

    [LibraryImport(Library, EntryPoint = "lseek64", SetLastError = true)]
    internal static partial long LSeek(int descriptor, long offset, int whence);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Fcntl(int descriptor, int command, nint argument);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int FcntlLock(int descriptor, int command, ref RecordLock argument);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    internal static partial int Flock(int descriptor, int operation);

    [LibraryImport(Library, EntryPoint = "rename", SetLastError = true)]
    internal static partial int Rename(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to);

    [LibraryImport(Library, EntryPoint = "unlink", SetLastError = true)]
    internal static partial int Unlink(ReadOnlySpan<byte> path);

    [LibraryImport(Library, EntryPoint = "rmdir", SetLastError = true)]
    internal static partial int RmDir(ReadOnlySpan<byte> path);

    [LibraryImport(Library, EntryPoint = "mkdir", SetLastError = true)]
    internal static partial int MkDir(ReadOnlySpan<byte> path, uint mode);

    [LibraryImport(Library, EntryPoint = "mkdtemp", SetLastError = true)]
    internal static unsafe partial byte* MkDTemp(byte* template);

    [LibraryImport(Library, EntryPoint = "fchmod", SetLastError = true)]
    internal static partial int FChMod(int descriptor, uint mode);

    [LibraryImport(Library, EntryPoint = "fchown", SetLastError = true)]
    internal static partial int FChOwn(int descriptor, uint user, uint group);

    [LibraryImport(Library, EntryPoint = "symlink", SetLastError = true)]
    internal static partial int SymLink(ReadOnlySpan<byte> target, ReadOnlySpan<byte> path);

    [LibraryImport(Library, EntryPoint = "readlink", SetLastError = true)]
    internal static unsafe partial nint ReadLink(ReadOnlySpan<byte> path, byte* buffer, nuint size);

    [LibraryImport(Library, EntryPoint = "access", SetLastError = true)]
    internal static partial int Access(ReadOnlySpan<byte> path, int mode);

    [LibraryImport(Library, EntryPoint = "memfd_create", SetLastError = true)]
    internal static partial int MemFdCreate(ReadOnlySpan<byte> name, uint flags);

    [LibraryImport(Library, EntryPoint = "mmap64", SetLastError = true)]
    internal static partial nint MMap(nint address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport(Library, EntryPoint = "munmap", SetLastError = true)]
    internal static partial int MUnmap(nint address, nuint length);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int IoCtl(int descriptor, nuint request, nint argument);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int IoCtl(int descriptor, nuint request, Span<byte> argument);

    [LibraryImport(Library, EntryPoint = "getuid")]
    internal static partial uint GetUid();

    [LibraryImport(Library, EntryPoint = "geteuid")]
    internal static partial uint GetEUid();

    [LibraryImport(Library, EntryPoint = "getegid")]
    internal static partial uint GetEGid();

    [LibraryImport(Library, EntryPoint = "statfs64", SetLastError = true)]
    internal static partial int StatFs(ReadOnlySpan<byte> path, out StatFsBuffer status);

    // openat2 has no wrapper in the C library.
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint OpenAt2(nint number, nint folder, ReadOnlySpan<byte> path, in OpenHow how, nuint size);

    [StructLayout(LayoutKind.Sequential)]
    internal struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RecordLock
    {
        public short Type;
        public short Whence;
        public long Start;
        public long Length;
        public int Owner;
    }

    // struct statfs of statfs(2) on 64-bit machines.
    [StructLayout(LayoutKind.Sequential, Size = 120)]
    internal struct StatFsBuffer
    {
        public long Type;
        public long BlockSize;
        public ulong Blocks;
        public ulong FreeBlocks;
        public ulong AvailableBlocks;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct StatXTime
    {
        public long Seconds;
        public uint Nanoseconds;
        public int Reserved;
    }

    // struct statx of statx(2), 256 bytes on every architecture.
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    internal struct StatXBuffer
    {
        public uint Mask;
        public uint BlockSize;
        public ulong Attributes;
        public uint LinkCount;
        public uint UserId;
        public uint GroupId;
        public ushort Mode;
        public ushort Reserved;
        public ulong Inode;
        public ulong Size;
        public ulong Blocks;
        public ulong AttributesMask;
        public StatXTime AccessTime;
        public StatXTime BirthTime;
        public StatXTime ChangeTime;
        public StatXTime ModificationTime;
        public uint RawDeviceMajor;
        public uint RawDeviceMinor;
        public uint DeviceMajor;
        public uint DeviceMinor;
    }
}
