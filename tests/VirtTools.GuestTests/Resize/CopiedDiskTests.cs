using System.Security.Cryptography;
using VirtTools.Fixtures;
using VirtTools.GuestTests.Commands;
using VirtTools.GuestTests.Remote;

namespace VirtTools.GuestTests.Resize;

/// <summary>The table of cases: every kind of content, in both kinds of table, made larger and smaller by a copy.</summary>
public sealed class CopiedDiskTests
{
    private const long MiB = 1 << 20;
    private const long Growth = 64 * MiB;

    /// <summary>Fixture, partition, device that is looked at, what is in it, sector size.</summary>
    public static TheoryData<string, string, string, string, int> Growing => new()
    {
        { "resize-ext4-mbr", "/dev/sda2", "/dev/sda2", "ext4", 512 },
        { "resize-ext4-gpt", "/dev/sda2", "/dev/sda2", "ext4", 512 },
        { "resize-xfs-mbr", "/dev/sda2", "/dev/sda2", "xfs", 512 },
        { "resize-xfs-gpt", "/dev/sda2", "/dev/sda2", "xfs", 512 },
        { "resize-btrfs-mbr", "/dev/sda2", "/dev/sda2", "btrfs", 512 },
        { "resize-btrfs-gpt", "/dev/sda2", "/dev/sda2", "btrfs", 512 },
        { "resize-ntfs-mbr", "/dev/sda2", "/dev/sda2", "ntfs", 512 },
        { "resize-ntfs-gpt", "/dev/sda2", "/dev/sda2", "ntfs", 512 },
        { "resize-f2fs-mbr", "/dev/sda2", "/dev/sda2", "f2fs", 512 },
        { "resize-f2fs-gpt", "/dev/sda2", "/dev/sda2", "f2fs", 512 },
        { "resize-lvm-mbr", "/dev/sda2", "/dev/grown-mbr/root", "ext4", 512 },
        { "resize-lvm-gpt", "/dev/sda2", "/dev/grown-gpt/root", "ext4", 512 },
        { "resize-swap-mbr", "/dev/sda1", "/dev/sda1", "ext4", 512 },
        { "resize-swap-gpt", "/dev/sda1", "/dev/sda1", "ext4", 512 },
        { "resize-logical", "/dev/sda6", "/dev/sda6", "ext4", 512 },
        { "resize-logical", "/dev/sda1", "/dev/sda1", "ext2", 512 },
        { "resize-hybrid", "/dev/sda2", "/dev/sda2", "ext4", 512 },
        { "resize-4k", "/dev/sda2", "/dev/sda2", "ext4", 4096 },
        { "resize-gpt-no-primary", "/dev/sda2", "/dev/sda2", "ext4", 512 },
        { "resize-gpt-no-backup", "/dev/sda2", "/dev/sda2", "ext4", 512 },
    };

    [Theory]
    [MemberData(nameof(Growing))]
    public void A_partition_and_its_content_grow_and_keep_what_they_are(string fixture, string partition, string device, string kind, int sectorSize)
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named(fixture).GetPath();
        var output = folder["out.img"];
        var sound = GuestImages.Named(ResizedDisk.Sound(fixture)).GetPath();
        var before = ResizedDisk.Look(sound, "raw", device, sectorSize);
        string[] volume = device == partition ? [] : ["--LV-expand", device];

        var ending = Resize(folder, disk, output, ["--size", "+64M", "--expand", partition, .. volume]);

        Assert.Equal((0, fixture == "resize-gpt-no-primary"), (ending.ExitCode, ending.Error.Contains("GPT partition table is damaged", StringComparison.Ordinal)));
        var after = ResizedDisk.Look(output, "raw", device, sectorSize);
        Assert.Equal(before.Tree, after.Tree);
        Assert.InRange(after.FileSystemSize - before.FileSystemSize, Growth - (16 * MiB), Growth + (8 * MiB));
        Assert.Equal("", ResizedDisk.Check(output, "raw", device, kind, sectorSize));
        if (sectorSize == 512)
        {
            Assert.Equal("", ResizedDisk.Verify(output));
            Assert.Equal(ResizedDisk.Identity(sound), ResizedDisk.Identity(output));
        }
    }

    [Theory]
    [InlineData("resize-swap-mbr")]
    [InlineData("resize-swap-gpt")]
    public void Swap_grows_and_keeps_its_UUID_and_label(string fixture)
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named(fixture).GetPath();

        var ending = Resize(folder, disk, folder["out.img"], ["--size", "+64M", "--expand", "/dev/sda2"]);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        using var guest = ResizedDisk.Open(folder["out.img"], "raw");
        Assert.Equal(("swap", "5eb1a12d-0006-4000-8000-0000000000f0", "resized"), (guest.VfsType("/dev/sda2"), guest.VfsUuid("/dev/sda2"), guest.VfsLabel("/dev/sda2")));
        Assert.InRange(guest.BlockdevGetsize64("/dev/sda2"), 76 * MiB, 84 * MiB);
        guest.SwaponDevice("/dev/sda2");
        guest.SwapoffDevice("/dev/sda2");
    }

    /// <summary>Fixture, what is in it.</summary>
    public static TheoryData<string, string> Shrinking => new()
    {
        { "resize-ext4-mbr", "ext4" },
        { "resize-ext4-gpt", "ext4" },
        { "resize-btrfs-mbr", "btrfs" },
        { "resize-btrfs-gpt", "btrfs" },
        { "resize-ntfs-mbr", "ntfs" },
        { "resize-ntfs-gpt", "ntfs" },
        { "resize-lvm-gpt", "lvm" },
    };

    [Theory]
    [MemberData(nameof(Shrinking))]
    public void A_partition_whose_content_was_made_smaller_shrinks(string fixture, string kind)
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named(fixture).CopyTo(folder.Path);
        var output = folder["out.img"];
        var device = kind == "lvm" ? "/dev/grown-gpt/root" : "/dev/sda2";
        MakeSmaller(disk, kind);
        var before = ResizedDisk.Look(disk, "raw", device);

        var ending = Resize(folder, disk, output, ["--size", "-3M", "--shrink", "/dev/sda2"]);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.Equal(before.Tree, ResizedDisk.Look(output, "raw", device).Tree);

        // ntfsfix looks for a copy of the boot sector at the end of the partition, where a file system that is smaller than it has none.
        Assert.Equal("", kind == "ntfs" ? "" : ResizedDisk.Check(output, "raw", device, kind == "lvm" ? "ext4" : kind));
        Assert.Equal("", ResizedDisk.Verify(output));
        Assert.Equal(ResizedDisk.Identity(disk), ResizedDisk.Identity(output));
        Assert.True(ResizedDisk.Places(output)[1].Size < ResizedDisk.Places(disk)[1].Size, "the partition did not shrink");
    }

    [Fact]
    public void An_ext4_that_was_not_unmounted_cleanly_is_checked_and_grows()
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named("resize-ext4-mbr").CopyTo(folder.Path);
        var tree = ResizedDisk.Look(disk, "raw", "/dev/sda2").Tree;
        Assert.Equal(0, ResizedDisk.Run("debugfs", "-w", "-R", "set_super_value state 0", $"{disk}?offset={16 * MiB}").Status);

        AssertGrows(folder, disk, tree);
    }

    [Fact]
    public void An_ext4_that_the_kernel_does_not_enlarge_while_it_is_mounted_grows()
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named("resize-ext4-mbr").CopyTo(folder.Path);
        var content = Directory.CreateDirectory(folder["content"]);
        File.WriteAllText(Path.Combine(content.FullName, "kept"), "kept\n");
        Assert.Equal(0, ResizedDisk.Run(
            "mke2fs", "-q", "-F", "-t", "ext4", "-O", "sparse_super2,^resize_inode", "-d", content.FullName, "-E", $"offset={16 * MiB}", disk, "64M").Status);

        AssertGrows(folder, disk, ResizedDisk.Look(disk, "raw", "/dev/sda2").Tree);
    }

    private static void AssertGrows(TestFolder folder, string disk, string tree)
    {
        var output = folder["out.img"];

        var ending = Resize(folder, disk, output, ["--size", "+64M", "--expand", "/dev/sda2"]);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        var after = ResizedDisk.Look(output, "raw", "/dev/sda2");
        Assert.Equal(tree, after.Tree);
        Assert.InRange(after.FileSystemSize, 110 * MiB, 128 * MiB);
        Assert.Equal("", ResizedDisk.Check(output, "raw", "/dev/sda2", "ext4"));
    }

    [LoopDeviceFact]
    public void Block_devices_are_input_and_output_and_what_was_on_the_output_does_not_show()
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named("resize-ext4-gpt").CopyTo(folder.Path);
        var tree = ResizedDisk.Look(disk, "raw", "/dev/sda2").Tree;
        var output = folder["out.img"];
        File.WriteAllBytes(output, RandomNumberGenerator.GetBytes((int)(145 * MiB)));
        using (var input = LoopDevice.Attach(disk))
        using (var target = LoopDevice.Attach(output))
        {
            var ending = Published.Run("virt-resize", folder.Path, "-q", "--expand", "/dev/sda2", input.Path, target.Path);

            Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        }

        Assert.Equal(tree, ResizedDisk.Look(output, "raw", "/dev/sda2").Tree);
        Assert.Equal("", ResizedDisk.Check(output, "raw", "/dev/sda2", "ext4"));
        Assert.Equal("", ResizedDisk.Verify(output));
        Assert.Equal(ResizedDisk.Identity(disk), ResizedDisk.Identity(output));
    }

    [Fact]
    public void A_partition_that_is_deleted_and_one_that_is_ignored_leave_the_others_as_they_were()
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named("resize-logical").GetPath();
        var before = ResizedDisk.Look(disk, "raw", "/dev/sda6");

        var ending = Resize(folder, disk, folder["out.img"], ["--size", "+64M", "--ignore", "/dev/sda5", "--expand", "/dev/sda6"]);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.Equal(before.Tree, ResizedDisk.Look(folder["out.img"], "raw", "/dev/sda6").Tree);
        using var guest = ResizedDisk.Open(folder["out.img"], "raw");
        Assert.Equal("", guest.VfsType("/dev/sda5"));
    }

    [Fact]
    public void The_input_is_read_only_and_a_qcow2_keeps_its_holes()
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named("resize-xfs-gpt").GetPath();
        var input = folder["in.qcow2"];
        Assert.Equal(0, ResizedDisk.Run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", disk, input).Status);
        var sum = ResizedDisk.Sum(input);

        var ending = Published.Run(
            "virt-resize", folder.Path, "-q", "--size", "100G", "--expand", "/dev/sda2", "--no-expand-content", "--format", "qcow2", "--output-format", "qcow2", input,
            folder["out.qcow2"]);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.Equal(sum, ResizedDisk.Sum(input));
        Assert.InRange(new FileInfo(folder["out.qcow2"]).Length, 1, 2 * new FileInfo(input).Length);
    }

    /// <summary>How the input is named: kind of server, size.</summary>
    public static TheoryData<string, string> Servers => new() { { "nbd", "+64M" }, { "http", "145M" } };

    [Theory]
    [MemberData(nameof(Servers))]
    public void A_disk_behind_a_server_is_copied_and_grows(string kind, string size)
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named("resize-ext4-gpt").GetPath();
        var before = ResizedDisk.Look(disk, "raw", "/dev/sda2");
        if (kind == "http")
        {
            Assert.Equal(0, ResizedDisk.Run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", disk, folder["disk.qcow2"]).Status);
        }

        using var server = kind == "nbd" ? LoopbackServer.Nbd(disk) : LoopbackServer.Web(folder.Path, folder.Path);
        var address = kind == "nbd" ? $"nbd://{server.Server}" : $"http://{server.Server}/disk.qcow2";

        var ending = Published.Run("virt-resize", folder.Path, "-q", "--size", size, "--expand", "/dev/sda2", address, folder["out.img"]);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        var after = ResizedDisk.Look(folder["out.img"], "raw", "/dev/sda2");
        Assert.Equal(before.Tree, after.Tree);
        Assert.InRange(after.FileSystemSize - before.FileSystemSize, Growth - (16 * MiB), Growth + (8 * MiB));
        Assert.Equal(ResizedDisk.Identity(disk), ResizedDisk.Identity(folder["out.img"]));
    }

    internal static Ending Resize(TestFolder folder, string disk, string output, string[] options) =>
        Published.Run("virt-resize", folder.Path, ["-q", .. options, "--format", "raw", "--output-format", "raw", disk, output]);

    private static void MakeSmaller(string disk, string kind)
    {
        using var guest = Guests.Prepare();
        guest.AddDrive(disk, new() { Format = "raw" });
        guest.Launch();
        switch (kind)
        {
            case "ext4":
                guest.E2fsck("/dev/sda2", new() { Correct = true });
                guest.Resize2fsSize("/dev/sda2", 48 * MiB);
                break;
            case "ntfs":
                guest.Ntfsresize("/dev/sda2", new() { Size = 40 * MiB });
                // ntfsresize asks for a check by Windows, without which it would not run again.
                guest.Ntfsfix("/dev/sda2");
                break;
            case "btrfs":
                guest.Mount("/dev/sda2", "/");
                guest.BtrfsFilesystemResize("/", new() { Size = 280 * MiB });
                guest.UmountAll();
                break;
            case "lvm":
                guest.PvresizeSize("/dev/sda2", 76 * MiB);
                break;
        }

        guest.Shutdown();
    }
}
