using System.Globalization;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Filesystems;

/// <summary>What the optional arguments of <c>mkfs</c> ask for; null is the program's own choice.</summary>
internal sealed record MakeOptions(int? BlockSize, string? Features, int? InodeSize, int? SectorSize, string? Label);

/// <summary>The command that makes a file system of a type; each program has its own letters for the same things.</summary>
internal static class MakeCommand
{
    /// <summary>The argument vector.</summary>
    /// <exception cref="DaemonException">EINVAL: a value is out of range. ENOTSUP: the type does not know the option.</exception>
    public static List<string> For(string type, string device, MakeOptions options)
    {
        if (type.Length == 0 || type.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '+')) || type.StartsWith('-'))
        {
            throw new DaemonException("EINVAL", $"'{type}' is no type of file system");
        }

        var argv = Program(type);
        argv.AddRange(BlockSize(type, options.BlockSize));
        Add(argv, type, "features", options.Features, value => ["-O", value]);
        Add(argv, type, "inode", Text(options.InodeSize, "inode"), value => type == "xfs" ? ["-i", "size=" + value] : ["-I", value]);
        Add(argv, type, "sectorsize", Text(options.SectorSize, "sectorsize"), value => ["-S", value]);
        Add(argv, type, "label", options.Label, value => [LabelOption(type), value]);
        argv.Add(device);
        return argv;
    }

    private static List<string> Program(string type) => type switch
    {
        "ext2" or "ext3" or "ext4" => ["mke2fs", "-t", type, "-F", "-q"],
        "ntfs" => ["mkntfs", "-Q", "-F"],
        "xfs" or "btrfs" or "reiserfs" or "nilfs2" or "f2fs" => ["mkfs." + type, "-f"],
        "jfs" => ["mkfs.jfs", "-q"],
        "vfat" or "fat" or "msdos" => ["mkfs.fat", "-I"],
        "gfs" or "gfs2" => ["mkfs." + type, "-p", "lock_nolock", "-O"],
        "ufs" => ["mkfs.ufs"],
        _ => ["mkfs." + type],
    };

    private static IEnumerable<string> BlockSize(string type, int? size)
    {
        if (size is not { } bytes)
        {
            return [];
        }

        if (bytes <= 0 || (bytes & (bytes - 1)) != 0)
        {
            throw new DaemonException("EINVAL", "block size must be > 0 and a power of 2");
        }

        var text = bytes.ToString(CultureInfo.InvariantCulture);
        return type switch
        {
            // Sectors of 512 bytes in a cluster, of which FAT allows 1 to 128.
            "vfat" or "fat" or "msdos" => bytes is >= 512 and <= 65536
                ? ["-s", (bytes / 512).ToString(CultureInfo.InvariantCulture)]
                : throw new DaemonException("EINVAL", "for FAT the cluster size must be 512 to 65536"),
            "ntfs" => ["-c", text],
            "xfs" => ["-b", "size=" + text],
            "btrfs" or "f2fs" => throw new DaemonException("ENOTSUP", $"the block size of {type} cannot be set"),
            _ => ["-b", text],
        };
    }

    private static string LabelOption(string type) => type switch
    {
        "vfat" or "fat" or "msdos" => "-n",
        "f2fs" or "reiserfs" => "-l",
        "hfs" or "hfsplus" => "-v",
        _ => "-L",
    };

    private static string? Text(int? value, string name) => value switch
    {
        null => null,
        > 0 => value.Value.ToString(CultureInfo.InvariantCulture),
        _ => throw new DaemonException("EINVAL", $"'{name}' must be > 0"),
    };

    private static void Add(List<string> argv, string type, string name, string? value, Func<string, string[]> option)
    {
        if (value is null)
        {
            return;
        }

        var known = name switch
        {
            "inode" => type is "ext2" or "ext3" or "ext4" or "xfs",
            "sectorsize" => type == "ufs",
            "features" => type is not ("xfs" or "ntfs" or "vfat" or "fat" or "msdos"),
            _ => true,
        };
        if (!known)
        {
            throw new DaemonException("ENOTSUP", $"'{name}' cannot be set for {type}");
        }

        argv.AddRange(option(value));
    }
}
