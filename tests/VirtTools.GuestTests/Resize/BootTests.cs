using VirtTools.Fixtures;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Resize;

/// <summary>Guests boot after virt-resize as they did before, and find their files unchanged.</summary>
public sealed class BootTests
{
    /// <summary>Fixture, partition that grows, whether UEFI boots it.</summary>
    public static TheoryData<string, string, bool> Disks => new()
    {
        { "boot-mbr", "/dev/sda1", false },
        { "boot-gpt", "/dev/sda2", false },
        { "boot-efi", "/dev/sda2", true },
    };

    [Theory]
    [MemberData(nameof(Disks))]
    public void A_copied_disk_boots(string fixture, string partition, bool byUefi)
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named(fixture).GetPath();
        var before = BootedGuest.Boot(disk, "raw", byUefi);

        var ending = Published.Run(
            "virt-resize", folder.Path, "--size", "+64M", "--expand", partition, "--format", "raw", "--output-format", "qcow2", disk, folder["out.qcow2"]);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.Equal(before, BootedGuest.Boot(folder["out.qcow2"], "qcow2", byUefi));
    }

    [Theory]
    [InlineData("boot-mbr", "/dev/sda1")]
    [InlineData("boot-gpt", "/dev/sda2")]
    public void A_disk_boots_whose_partitions_were_moved(string fixture, string partition)
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named(fixture).GetPath();

        var ending = Published.Run(
            "virt-resize", folder.Path, "--size", "+64M", "--align-first", "always", "--alignment", "8192", "--expand", partition, "--format", "raw",
            "--output-format", "raw", disk, folder["out.img"]);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.NotEqual(ResizedDisk.Places(disk)[0].Start, ResizedDisk.Places(folder["out.img"])[0].Start);
        Assert.StartsWith(GuestImages.UpMark, BootedGuest.Boot(folder["out.img"], "raw", byUefi: false));
    }

    [Theory]
    [MemberData(nameof(Disks))]
    public void A_disk_that_grew_in_place_boots(string fixture, string partition, bool byUefi)
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named(fixture).CopyTo(folder.Path);
        var before = BootedGuest.Boot(disk, "raw", byUefi);

        var ending = Published.Run("virt-resize", folder.Path, "--in-place", "--size", "+64M", "--expand", partition, "--format", "raw", disk);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.Equal(before, BootedGuest.Boot(disk, "raw", byUefi));
    }
}
