using VirtTools.Daemon.Actions;
using VirtTools.Daemon.Boot;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Features;
using VirtTools.Daemon.Lvm;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Daemon.Protocol;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.HandOver;

/// <summary>
/// Does once, before a template is taken, what nearly every command asks for: modules and libraries are loaded then, pages of programs are in
/// memory, and the kernel's and our own first-time work is done. It works on the placeholder disk and leaves it as blank as it was; what it
/// learns is thrown away with the objects that learnt it.
/// </summary>
internal sealed class Rehearsal(DriveArrival drives)
{
    private const string Disk = "/dev/sda";
    private const string Partition = "/dev/sda1";
    private const string Uuid = "5e0f8e4c-3d59-4d5c-9b0a-7b1f3c2d1e00";
    // Made by the builder of the appliance: an empty ext4 on the only partition.
    private const string PreparedDisk = "/usr/share/virttools/rehearsal.img";
    private const int PartitionStart = 64 * 1024;
    private const int CopiedBytes = 16 * 1024;

    private const uint FlushBuffers = 0x1261; // BLKFLSBUF
    private const int WipedBytes = 1024 * 1024;

    // Of the file systems that guests have; ext4 is loaded already. Each would cost tenths of a second when it is first mounted.
    private static readonly string[] Modules =
        ["xfs", "btrfs", "vfat", "nls_cp437", "nls_ascii", "nls_iso8859_1", "isofs", "udf", "squashfs", "fuse", "dm_mod", "dm_crypt"];

    /// <summary>Rehearses; a part that fails is told on the console and missed by nobody.</summary>
    /// <param name="own">The disks that are the appliance's, not the library's.</param>
    public void Run(DeviceNumber[] own)
    {
        Try("modules", () => ProgramRunner.Run(["modprobe", "-a", .. Modules]));
        Try("disk", MakeGuest);
        Try("drive", () =>
        {
            drives.ReplacePlaceholder(isDrive: true);
            drives.ReadPartitions();
            drives.Await([0]);
        });
        Try("freshness", () => Freshness.AddEntropyToKernel(new byte[Wire.HandOver.EntropySize]));
        Try("actions", () => Act(own));
        Try("wiping", Wipe);
    }

    private static void Try(string part, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is DaemonException or PosixException)
        {
            ConsoleLine.Write($"rehearsal, {part}: {e.Message}");
        }
    }

    private void MakeGuest()
    {
        CopyDisk();
        Kernel.Mount(Partition, GuestRoot.Sysroot, "ext4", MountFlags.None, null);
        try
        {
            foreach (var folder in (string[])["etc", "bin", "usr", "var"])
            {
                Descriptors.CreateDirectory($"{GuestRoot.Sysroot}/{folder}", 0x1ED /* 0755 */);
            }

            Put("etc/os-release", "ID=debian\nNAME=\"Debian GNU/Linux\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\n");
            Put("etc/debian_version", "12.0\n");
            Put("etc/hostname", "rehearsal\n");
            Put("etc/fstab", $"UUID={Uuid} / ext4 defaults 0 1\n/dev/sda2 none swap sw 0 0\n");
            Put("bin/sh", "#!\n");
        }
        finally
        {
            Kernel.TryUnmount(GuestRoot.Sysroot, UnmountFlags.NoFollow);
        }
    }

    private void CopyDisk()
    {
        using var prepared = Descriptors.Open(PreparedDisk, OpenFlags.ReadOnly);
        var content = new byte[Descriptors.SizeOf(prepared)];
        Descriptors.ReadAt(prepared, content, 0);
        using (var disk = Descriptors.Open(Disk, OpenFlags.ReadWrite))
        {
            Descriptors.WriteAt(disk, content.AsSpan(0, PartitionStart), 0);
            Descriptors.Synchronize(disk);
        }

        // The kernel keeps pages of a disk and of its partitions apart: what the partition holds goes through the partition.
        drives.ReadPartitions();
        using var partition = Descriptors.Open(Partition, OpenFlags.ReadWrite);
        for (var at = PartitionStart; at < content.Length; at += CopiedBytes)
        {
            var piece = content.AsSpan(at, Math.Min(CopiedBytes, content.Length - at));
            if (piece.ContainsAnyExcept((byte)0))
            {
                Descriptors.WriteAt(partition, piece, at - PartitionStart);
            }
        }
    }

    private static void Put(string path, string content)
    {
        using var file = Descriptors.Open($"{GuestRoot.Sysroot}/{path}", OpenFlags.WriteOnly | OpenFlags.Create, 0x1A4 /* 0644 */);
        Descriptors.WriteAll(file, ByteString.GetBytes(content));
    }

    // Objects of its own: none of those that serve the library may remember the placeholder.
    private static void Act(DeviceNumber[] own)
    {
        using var nobody = new Channel(Descriptors.Open("/dev/null", OpenFlags.ReadWrite));
        var tree = DeviceTree.Kernel;
        var names = new DeviceNames(tree, own);
        var lvm = new LvmProgram();
        var activation = new StorageActivation(tree, names, lvm, StorageAccess.Devices);
        var devices = new DeviceResolver(tree, names, activation);
        new DaemonActions(GuestRoot.InAppliance(), tree, names, devices, activation, lvm, new FeatureGroups(), new CallProgress(nobody)).Rehearse();
    }

    private static void Wipe()
    {
        using (var disk = Descriptors.Open(Disk, OpenFlags.ReadWrite))
        {
            Descriptors.WriteAt(disk, new byte[WipedBytes], 0);
            Descriptors.Synchronize(disk);
        }

        using (var partition = Descriptors.Open(Partition, OpenFlags.ReadOnly))
        {
            Kernel.Control(partition, FlushBuffers, 0, Partition);
        }

        using var blank = Descriptors.Open(Disk, OpenFlags.ReadOnly);
        Kernel.Control(blank, FlushBuffers, 0, Disk);
        Kernel.Control(blank, DriveArrival.RereadTable, 0, Disk);
    }
}
