using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Daemon.Bulk;

/// <summary>Reading and writing past the page cache (O_DIRECT), where the kernel moves no byte itself.</summary>
internal static class DirectAccess
{
    /// <summary>What disks with sectors of 512 bytes ask of memory, offsets and lengths. Others refuse (EINVAL), and then the page cache is used.</summary>
    public const int Sector = 512;

    /// <summary>Opens a disk for reading and writing past the page cache; a file that stands for one in tests may not have that.</summary>
    /// <exception cref="PosixException">It cannot be opened.</exception>
    public static SafeFileHandle OpenDisk(string path)
    {
        var disk = Descriptors.Open(path, OpenFlags.ReadWrite);
        TrySet(disk, direct: true);
        return disk;
    }

    /// <summary>Rounds up to whole sectors.</summary>
    public static int Aligned(int length) => (length + Sector - 1) & -Sector;

    /// <summary>Whether memory at this place, of this length, for this offset of a file may go past the page cache.</summary>
    public static unsafe bool IsAligned(ReadOnlySpan<byte> memory, long offset)
    {
        fixed (byte* start = memory)
        {
            return (((long)start | offset) & (Sector - 1)) == 0;
        }
    }

    /// <summary>Switches an open file; false where its file system cannot.</summary>
    public static bool TrySet(SafeFileHandle file, bool direct)
    {
        var flags = Descriptors.GetFlags(file);
        return Descriptors.TrySetFlags(file, direct ? flags | OpenFlags.Direct : flags & ~OpenFlags.Direct);
    }
}
