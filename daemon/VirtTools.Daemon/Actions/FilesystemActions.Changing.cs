using System.Globalization;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Filesystems;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>The actions that make, name, check and clear file systems.</summary>
internal sealed partial class FilesystemActions
{
    private const string RandomUuid = "random";

    public override void Mkfs(string fsType, string device, int? blockSize, string? features, int? inode, int? sectorSize, string? label)
    {
        var argv = MakeCommand.For(fsType, device, new(blockSize, features, inode, sectorSize, label));
        if (ProgramRunner.Find("wipefs") is not null)
        {
            ProgramRunner.Run(["wipefs", "-a", "--force", device]);
        }

        progress.Pulse(() => ProgramRunner.Run(argv));
    }

    public override void MkfsB(string fsType, int blockSize, string device) => Mkfs(fsType, device, blockSize, null, null, null, null);

    public override void SetLabel(string mountable, string label)
    {
        var device = DeviceResolver.Parse(mountable).Device;
        switch (VfsType(mountable))
        {
            case "ext2" or "ext3" or "ext4":
                ProgramRunner.Run(["e2label", device, Short(label, 16)]);
                break;
            case "xfs":
                // -- stands for no label.
                ProgramRunner.Run(["xfs_admin", "-L", label.Length == 0 ? "--" : Short(label, 12), device]);
                break;
            case "btrfs":
                ProgramRunner.Run(["btrfs", "filesystem", "label", device, label]);
                break;
            case "ntfs":
                ProgramRunner.Run(["ntfslabel", device, Short(label, 128)]);
                break;
            case "vfat":
                ProgramRunner.Run(["fatlabel", device, Short(label, 11)]);
                break;
            case "f2fs":
                throw Refusal("f2fs", "label");
            case "swap":
                ProgramRunner.Run(["swaplabel", "-L", label, device]);
                break;
            case var type:
                throw Refusal(type, "label");
        }
    }

    public override void SetUuid(string device, string uuid) => ChangeUuid(device, uuid);

    public override void SetUuidRandom(string device) => ChangeUuid(device, RandomUuid);

    public override int Fsck(string fsType, string device) =>
        progress.Pulse(() => ProgramRunner.RunForStatus(["fsck", "-a", "-t", fsType, device]));

    public override void Wipefs(string device) => ProgramRunner.Run(["wipefs", "-a", "--force", device]);

    public override void F2fsExpand(string device) => ProgramRunner.Run(["resize.f2fs", device]);

    public override void Fstrim(string mountpoint, long? offset, long? length, long? minimumFreeExtent)
    {
        List<string> argv = ["fstrim"];
        Add("-o", offset);
        Add("-l", length);
        Add("-m", minimumFreeExtent);
        argv.Add(ProgramRunner.InheritedPath(0));
        using var folder = root.OpenFolder(mountpoint);
        ProgramRunner.Run(argv, folder);

        void Add(string option, long? value)
        {
            if (value is < 0)
            {
                throw new DaemonException("EINVAL", $"{mountpoint}: {option} is negative");
            }

            if (value is not null)
            {
                argv.AddRange([option, value.Value.ToString(CultureInfo.InvariantCulture)]);
            }
        }
    }

    public override void ZeroFreeSpace(string directory)
    {
        using var folder = root.OpenFolder(directory);
        FreeSpace.Zero(folder, progress);
    }

    private void ChangeUuid(string device, string uuid)
    {
        var random = uuid == RandomUuid;
        switch (BlockIdLibrary.Probe(device).Type)
        {
            case "ext2" or "ext3" or "ext4":
                ProgramRunner.Run(["tune2fs", "-f", "-U", uuid, device]);
                break;
            case "xfs":
                ProgramRunner.Run(["xfs_admin", "-U", random ? "generate" : uuid, device]);
                break;
            case "btrfs":
                ProgramRunner.Run(random ? ["btrfstune", "-f", "-u", device] : ["btrfstune", "-f", "-U", uuid, device]);
                break;
            case "swap":
                ProgramRunner.Run(["swaplabel", "-U", random ? NewUuid() : uuid, device]);
                break;
            case var type:
                throw Refusal(type ?? "unknown", "UUID");
        }
    }

    private static string NewUuid() => SmallFile.Read("/proc/sys/kernel/random/uuid").Trim();

    private static DaemonException Refusal(string type, string what) =>
        new("ENOTSUP", $"don't know how to set the {what} of '{type}' filesystems");

    private static string Short(string label, int most) =>
        ByteString.GetByteCount(label) <= most
            ? label
            : throw new DaemonException("EINVAL", $"{label}: this type of file system limits labels to {most} bytes");
}
