using System.Globalization;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Features;
using VirtTools.Daemon.Files;
using VirtTools.Daemon.Filesystems;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Daemon.Protocol;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions on file systems as a whole that change nothing.</summary>
internal sealed partial class FilesystemActions(
    GuestRoot root, DeviceResolver resolver, FilesystemList filesystems, BtrfsView btrfs, CallProgress progress) : UnsupportedFilesystemActions
{
    private const long KernelFlagValid = 0x20; // ST_VALID of statfs(2), which statvfs(3) takes off

    public override OrderedDictionary<string, string> ListFilesystems()
    {
        var found = new OrderedDictionary<string, string>();
        foreach (var (mountable, type) in filesystems.Read())
        {
            found[mountable] = type;
        }

        return found;
    }

    public override string VfsType(string mountable) => Tag(mountable, "TYPE");

    public override string VfsLabel(string mountable) => Tag(mountable, "LABEL");

    public override string VfsUuid(string mountable) => Tag(mountable, "UUID");

    public override StatVfs Statvfs(string path)
    {
        using var place = root.Locate(path);
        var status = Kernel.StatusOfFileSystem(place);
        return new(
            status.BlockSize,
            status.FragmentSize == 0 ? status.BlockSize : status.FragmentSize,
            (long)status.Blocks,
            (long)status.FreeBlocks,
            (long)status.AvailableBlocks,
            (long)status.Files,
            (long)status.FreeFiles,
            (long)status.FreeFiles,
            (uint)status.IdLow | ((long)status.IdHigh << 32),
            (long)status.Flags & ~KernelFlagValid,
            status.NameMaximum);
    }

    public override string Df() => ProgramRunner.Run(["df"]);

    public override string DfH() => ProgramRunner.Run(["df", "-h"]);

    public override long Du(string path) => DiskUsage.OfTree(root, path, progress);

    public override OrderedDictionary<string, string> Blkid(string device)
    {
        // The program's own names and order: what it prints for scripts is the result.
        var completed = ProgramRunner.TryRun(["blkid", "-p", "-i", "-o", "export", device]);
        if (completed.Exit.ExitCode == 2)
        {
            throw new DaemonException("EINVAL", $"{resolver.ToApi(device)}: nothing was recognised");
        }

        var tags = new OrderedDictionary<string, string>();
        foreach (var line in ProgramRunner.Require(["blkid"], completed).OutputText.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = line.IndexOf('=');
            if (equals > 0)
            {
                var name = line[..equals];
                var value = line[(equals + 1)..];
                tags[name] = name == "DEVNAME" ? resolver.ToApi(value) : value;
            }
        }

        return tags;
    }

    public override bool FilesystemAvailable(string filesystem) => FeatureGroups.KernelKnows(filesystem);

    public override long VfsMinimumSize(string mountable)
    {
        var device = DeviceResolver.Parse(mountable).Device;
        return VfsType(mountable) switch
        {
            "ext2" or "ext3" or "ext4" => MinimumSize.OfExt(device),
            "ntfs" => MinimumSize.OfNtfs(device),
            "btrfs" => btrfs.With(device, MinimumSize.OfBtrfs),
            "xfs" => MinimumSize.OfXfs(device),
            var type => throw new DaemonException("ENOTSUP", $"{resolver.ToApi(device)}: the smallest size of '{type}' cannot be told"),
        };
    }

    private static string Tag(string mountable, string name) => BlockIdLibrary.Probe(DeviceResolver.Parse(mountable).Device).Tag(name) ?? "";
}
