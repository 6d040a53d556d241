using System.Globalization;
using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Programs;
using VirtTools.Daemon.Xfs;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Filesystems;

/// <summary>To how few bytes a file system could shrink, as the programs of each type say.</summary>
internal static class MinimumSize
{
    /// <summary>ext2, ext3, ext4.</summary>
    /// <exception cref="DaemonException">The program failed.</exception>
    public static long OfExt(string device)
    {
        var blocks = NumberAfter(ProgramRunner.Run(["resize2fs", "-P", "-f", device]), "minimum size of the filesystem:");
        var size = NumberAfter(ProgramRunner.Run(["dumpe2fs", "-h", device]), "Block size:");
        return blocks * size;
    }

    /// <summary>NTFS.</summary>
    /// <exception cref="DaemonException">The program failed.</exception>
    public static long OfNtfs(string device)
    {
        // Where it shrinks to is printed as "You might resize at N bytes".
        var completed = ProgramRunner.TryRun(["ntfsresize", "--info", "-ff", device]);
        var output = ProgramRunner.Require(["ntfsresize"], completed).OutputText;
        return NumberAfter(output, "You might resize at");
    }

    /// <summary>btrfs, given a folder of it.</summary>
    /// <exception cref="DaemonException">The program failed.</exception>
    public static long OfBtrfs(SafeFileHandle folder)
    {
        var output = ProgramRunner.Run(["btrfs", "inspect-internal", "min-dev-size", ProgramRunner.InheritedPath(0)], folder);
        return Number(output, 0) ?? throw new DaemonException("EIO", "btrfs printed no size");
    }

    /// <summary>XFS, which does not shrink: the size that it has.</summary>
    /// <exception cref="DaemonException">The program failed.</exception>
    public static long OfXfs(string device)
    {
        var geometry = XfsGeometry.ToStruct(XfsGeometry.OfDevice(device), device);
        return checked((long)geometry.XfsDatablocks * geometry.XfsBlocksize);
    }

    private static long NumberAfter(string text, string label)
    {
        var position = text.IndexOf(label, StringComparison.OrdinalIgnoreCase);
        return position >= 0 && Number(text, position + label.Length) is { } number
            ? number
            : throw new DaemonException("EIO", $"no line '{label}' was printed");
    }

    private static long? Number(string text, int position)
    {
        var rest = text.AsSpan(position).TrimStart();
        var digits = rest.IndexOfAnyExceptInRange('0', '9');
        return long.TryParse(digits < 0 ? rest : rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
