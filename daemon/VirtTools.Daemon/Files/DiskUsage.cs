using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Protocol;
using VirtTools.Posix;

namespace VirtTools.Daemon.Files;

/// <summary>The space that a tree takes up, as du(1) counts it.</summary>
internal static class DiskUsage
{
    private const int BlockUnit = 512;
    private const int Kibibyte = 1024;

    /// <summary>KiB of a file, or of a folder with all below it; a file with several names is counted once.</summary>
    /// <exception cref="PosixException">No such path, or a folder cannot be read.</exception>
    public static long OfTree(GuestRoot root, string path, CallProgress progress) =>
        progress.Pulse(() =>
        {
            using var start = root.Locate(path, LastLink.Keep);
            var status = Descriptors.Stat(start);
            var blocks = status.Blocks;
            if (status.Kind == FileKind.Directory)
            {
                using var folder = root.OpenFolder(path);
                blocks += Below(folder);
            }

            return (blocks * BlockUnit + Kibibyte - 1) / Kibibyte;
        });

    private static long Below(Microsoft.Win32.SafeHandles.SafeFileHandle folder)
    {
        long blocks = 0;
        var seen = new HashSet<(DeviceNumber, ulong)>();
        foreach (var entry in FolderWalk.Below(folder))
        {
            if (Kernel.TryStatus(entry.Folder, entry.Name) is not { } status)
            {
                continue;
            }

            if (status.Kind == FileKind.Directory || status.LinkCount < 2 || seen.Add((status.Device, status.Inode)))
            {
                blocks += status.Blocks;
            }
        }

        return blocks;
    }
}
