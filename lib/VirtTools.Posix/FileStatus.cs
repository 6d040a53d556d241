namespace VirtTools.Posix;

/// <summary>What kind of file an inode is: the S_IFMT bits of its mode.</summary>
internal enum FileKind
{
    Unknown = 0,
    Fifo = 0x1000,
    CharacterDevice = 0x2000,
    Directory = 0x4000,
    BlockDevice = 0x6000,
    Regular = 0x8000,
    SymbolicLink = 0xA000,
    Socket = 0xC000,
}

/// <summary>A time of a file: seconds since 1970 (before it: negative) and nanoseconds.</summary>
internal readonly record struct FileTime(long Seconds, uint Nanoseconds);

/// <summary>A device number.</summary>
internal readonly record struct DeviceNumber(uint Major, uint Minor);

/// <summary>What stat(2) says about a file; sizes in bytes, <see cref="Blocks"/> in units of 512 bytes.</summary>
internal readonly record struct FileStatus(
    DeviceNumber Device,
    ulong Inode,
    uint Mode,
    uint LinkCount,
    uint UserId,
    uint GroupId,
    DeviceNumber RawDevice,
    long Size,
    long Blocks,
    uint BlockSize,
    FileTime AccessTime,
    FileTime ModificationTime,
    FileTime ChangeTime)
{
    private const uint KindMask = 0xF000;

    /// <summary>The kind of file.</summary>
    public FileKind Kind => (FileKind)(Mode & KindMask);

    /// <summary>Permission bits with setuid, setgid and sticky.</summary>
    public uint Permissions => Mode & ~KindMask;
}
