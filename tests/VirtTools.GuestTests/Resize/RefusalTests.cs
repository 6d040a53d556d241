using VirtTools.Fixtures;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Resize;

/// <summary>What virt-resize refuses or tells, each with a sentence that says what to do.</summary>
public sealed class RefusalTests
{
    private const long MiB = 1 << 20;

    private static string Disk => GuestImages.Named("resize-ext4-mbr").GetPath();

    [Fact]
    public void An_output_that_is_too_small_is_refused_with_what_is_missing()
    {
        using var folder = new TestFolder();
        Make(folder["out.img"], 70 * MiB);

        var ending = CopiedDiskTests.Resize(folder, Disk, folder["out.img"], ["--expand", "/dev/sda2"]);

        Assert.Equal(1, ending.ExitCode);
        Assert.Matches("larger by at least [0-9]+ bytes", ending.Error);
        Assert.True(IsEmpty(folder["out.img"]));
    }

    [Fact]
    public void An_output_that_is_the_input_or_a_link_to_it_is_refused()
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named("resize-ext4-mbr").CopyTo(folder.Path);
        var sum = ResizedDisk.Sum(disk);
        File.CreateSymbolicLink(folder["symbolic.img"], disk);
        Assert.Equal(0, ResizedDisk.Run("ln", disk, folder["hard.img"]).Status);

        foreach (var output in (string[])[disk, folder["symbolic.img"], folder["hard.img"]])
        {
            var ending = CopiedDiskTests.Resize(folder, disk, output, ["--expand", "/dev/sda2"]);

            Assert.Equal(1, ending.ExitCode);
            Assert.Contains("same", ending.Error);
            Assert.Equal(sum, ResizedDisk.Sum(disk));
        }
    }

    [Fact]
    public void A_partition_that_does_not_exist_is_refused_with_those_that_do()
    {
        using var folder = new TestFolder();
        Make(folder["out.img"], 145 * MiB);

        var ending = CopiedDiskTests.Resize(folder, Disk, folder["out.img"], ["--expand", "/dev/sda7"]);

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("/dev/sda7", ending.Error);
        Assert.Contains("/dev/sda1", ending.Error);
        Assert.Contains("/dev/sda2", ending.Error);
        Assert.True(IsEmpty(folder["out.img"]));
    }

    [Fact]
    public void A_disk_without_a_partition_table_is_refused()
    {
        using var folder = new TestFolder();
        Make(folder["out.img"], 145 * MiB);

        var ending = CopiedDiskTests.Resize(folder, GuestImages.Named("ext4").GetPath(), folder["out.img"], ["--expand", "/dev/sda1"]);

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("partition table", ending.Error);
    }

    [Fact]
    public void A_file_system_that_is_full_in_the_middle_ends_it_with_a_sentence_and_the_output_that_it_made_is_gone()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder["small"]);
        var start = Published.Prepare(
            "virt-resize", folder.Path, "-q", "--size", "+64M", "--expand", "/dev/sda1", "--format", "raw", "--output-format", "raw",
            GuestImages.Named("boot-mbr").GetPath(), folder["small"] + "/out.img");

        // What lies in a mount namespace is gone with it, so its script looks.
        var ending = Published.Finish(Published.InMountNamespace(
            start, $"mount -t tmpfs -o size=8m none '{folder["small"]}' && {{ \"$@\"; status=$?; ls -A '{folder["small"]}'; exit $status; }}"));

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("No space left on device", ending.Error);
        Assert.Contains("out.img", ending.Error);
        Assert.Contains("make room on the host", ending.Error);
        Assert.Equal("", ending.Text);
    }

    [Fact]
    public void A_table_both_copies_of_which_are_damaged_is_refused()
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named("resize-gpt-no-primary").CopyTo(folder.Path);
        using (var file = File.Open(disk, FileMode.Open))
        {
            file.Position = file.Length - 512 + 16; // the checksum of the header
            file.Write([0xDE, 0xAD]);
        }

        var ending = CopiedDiskTests.Resize(folder, disk, folder["out.img"], ["--size", "+64M", "--expand", "/dev/sda2"]);

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("damaged", ending.Error);
        Assert.Contains(disk, ending.Error);
        Assert.False(File.Exists(folder["out.img"]));
    }

    [Fact]
    public void An_output_that_must_not_be_written_is_refused_with_advice_that_holds_here()
    {
        using var folder = new TestFolder();
        var output = folder["out.qcow2"];
        Assert.Equal(0, ResizedDisk.Run("qemu-img", "create", "-q", "-f", "qcow2", output, "145M").Status);
        using (var file = File.Open(output, FileMode.Open))
        {
            file.Position = 79; // QEMU, docs/interop/qcow2: the lowest byte of the incompatible features, in which bit 1 marks a corrupt image
            file.WriteByte(2);
        }

        var ending = Published.Run("virt-resize", folder.Path, "-q", "--expand", "/dev/sda2", "--format", "raw", Disk, output);

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("must not be written; repair it with qemu-img check -r all", ending.Error);
        Assert.DoesNotContain("read-only", ending.Error);
    }

    [Fact]
    public void An_output_that_a_guest_uses_is_refused()
    {
        using var folder = new TestFolder();
        Make(folder["out.img"], 145 * MiB);
        using var guest = Guests.Prepare();
        guest.AddDrive(folder["out.img"], new() { Format = "raw" });
        guest.Launch();

        var ending = CopiedDiskTests.Resize(folder, Disk, folder["out.img"], ["--expand", "/dev/sda2"]);

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("in use", ending.Error);
    }

    [Fact]
    public void An_input_that_a_guest_uses_is_refused_and_not_changed()
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named("resize-ext4-mbr").CopyTo(folder.Path);
        var sum = ResizedDisk.Sum(disk);
        using var guest = Guests.Prepare();
        guest.AddDrive(disk, new() { Format = "raw" });
        guest.Launch();

        var ending = CopiedDiskTests.Resize(folder, disk, folder["out.img"], ["--size", "+64M", "--expand", "/dev/sda2"]);

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("in use", ending.Error);
        Assert.Equal(sum, ResizedDisk.Sum(disk));
        Assert.False(File.Exists(folder["out.img"]));
    }

    [Fact]
    public void A_Windows_that_was_hibernated_is_refused_with_what_to_do()
    {
        using var folder = new TestFolder();
        var disk = GuestImages.Named("resize-ntfs-mbr").CopyTo(folder.Path);
        using (var guest = Guests.Prepare())
        {
            guest.AddDrive(disk, new() { Format = "raw" });
            guest.Launch();
            guest.Mount("/dev/sda2", "/");
            var file = new byte[8192];
            "hibr"u8.CopyTo(file);
            guest.Write("/hiberfil.sys", file);
            guest.UmountAll();
            guest.Shutdown();
        }

        var ending = CopiedDiskTests.Resize(folder, disk, folder["out.img"], ["--size", "+64M", "--expand", "/dev/sda2"]);

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("hibernated", ending.Error);
        Assert.Contains("/dev/sda2", ending.Error);
    }

    private static void Make(string path, long size)
    {
        using var file = File.Create(path);
        file.SetLength(size);
    }

    private static bool IsEmpty(string path)
    {
        using var file = File.OpenRead(path);
        var start = new byte[MiB];
        return file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) > 0 && !start.AsSpan().ContainsAnyExcept((byte)0);
    }
}
