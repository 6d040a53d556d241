namespace VirtTools.Posix;

/// <summary>Flags of open(2), with the numbers of Linux on x86_64.</summary>
[Flags]
internal enum OpenFlags
{
    ReadOnly = 0,
    WriteOnly = 1,
    ReadWrite = 2,
    Create = 0x40,
    Exclusive = 0x80,
    NoControllingTerminal = 0x100,
    Truncate = 0x200,
    Append = 0x400,
    NonBlocking = 0x800,
    Direct = 0x4000,
    Directory = 0x10000,
    NoFollow = 0x20000,
    NoAccessTime = 0x40000,
    CloseOnExec = 0x80000,
    PathOnly = 0x200000,

    /// <summary>An unnamed file in the folder that the path names: gone with its last descriptor.</summary>
    Unnamed = 0x400000 | Directory,
}

/// <summary>How openat2(2) may resolve a path.</summary>
[Flags]
internal enum ResolveFlags : ulong
{
    None = 0,
    NoCrossingMounts = 0x01,
    NoMagicLinks = 0x02,
    NoSymbolicLinks = 0x04,
    Beneath = 0x08,
    InRoot = 0x10,
}
