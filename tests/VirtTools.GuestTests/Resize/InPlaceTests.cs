using System.Text.Json;
using VirtTools.Fixtures;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Resize;

/// <summary><c>virt-resize --in-place</c>: one image grows, and at every moment it is the old one, the new one, or one that the next run completes.</summary>
public sealed class InPlaceTests
{
    private const long MiB = 1 << 20;

    /// <summary>Fixture, device that is looked at, what is in it, whether a qcow2 grows.</summary>
    public static TheoryData<string, string, string, bool> Cases => new()
    {
        { "resize-ext4-mbr", "/dev/sda2", "ext4", false },
        { "resize-ext4-gpt", "/dev/sda2", "ext4", true },
        { "resize-xfs-gpt", "/dev/sda2", "xfs", false },
        { "resize-btrfs-mbr", "/dev/sda2", "btrfs", false },
        { "resize-ntfs-mbr", "/dev/sda2", "ntfs", true },
        { "resize-lvm-gpt", "/dev/grown-gpt/root", "ext4", false },
        { "resize-logical", "/dev/sda6", "ext4", false },
        { "resize-hybrid", "/dev/sda2", "ext4", false },
        { "resize-gpt-no-primary", "/dev/sda2", "ext4", false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_last_partition_and_its_content_fill_the_larger_image(string fixture, string device, string kind, bool asQcow2)
    {
        using var folder = new TestFolder();
        var (image, format) = Copy(fixture, folder, asQcow2);
        var sound = GuestImages.Named(ResizedDisk.Sound(fixture)).GetPath();
        var before = ResizedDisk.Look(sound, "raw", device);
        var identity = ResizedDisk.Identity(sound);

        var ending = Published.Run("virt-resize", folder.Path, "--in-place", "--size", "+64M", "--format", format, image);

        Assert.Equal((0, true), (ending.ExitCode, ending.Error.Length == 0 || fixture == "resize-gpt-no-primary"));
        var after = ResizedDisk.Look(image, format, device);
        Assert.Equal(before.Tree, after.Tree);
        Assert.InRange(after.FileSystemSize - before.FileSystemSize, 50 * MiB, 68 * MiB);
        Assert.Equal("", ResizedDisk.Check(image, format, device, kind));
        var raw = Raw(image, format, folder);
        Assert.Equal("", ResizedDisk.Verify(raw));
        Assert.Equal(identity, ResizedDisk.Identity(raw));
        Assert.Equal([Path.GetFileName(image)], Names(folder).Except(["look.img"]));
    }

    [Theory]
    [InlineData("--blocksize=4096")]
    [InlineData]
    public void A_disk_with_sectors_of_4096_bytes_grows_also_where_nobody_says_that_it_has_them(params string[] options)
    {
        using var folder = new TestFolder();
        var (image, format) = Copy("resize-4k", folder, asQcow2: false);
        var before = ResizedDisk.Look(image, format, "/dev/sda2", 4096);

        var ending = Published.Run("virt-resize", folder.Path, ["--in-place", "--size", "+64M", .. options, "--format", format, image]);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        var after = ResizedDisk.Look(image, format, "/dev/sda2", 4096);
        Assert.Equal(before.Tree, after.Tree);
        Assert.InRange(after.FileSystemSize - before.FileSystemSize, 50 * MiB, 68 * MiB);
        Assert.Equal("", ResizedDisk.Check(image, format, "/dev/sda2", "ext4", 4096));
    }

    [Fact]
    public void A_document_tells_what_grew_and_what_would()
    {
        using var folder = new TestFolder();
        var (image, format) = Copy("resize-lvm-gpt", folder, asQcow2: true);
        var sum = ResizedDisk.Sum(image);
        string[] words = ["--in-place", "--json", "--size", "+64M", "--format", format, image];

        var trial = Published.Run("virt-resize", folder.Path, ["--dry-run", .. words]);

        Assert.Equal((0, "", sum), (trial.ExitCode, trial.Error, ResizedDisk.Sum(image)));
        var ending = Published.Run("virt-resize", folder.Path, words);
        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.Equal(trial.Text.Replace("\"done\": false", "\"done\": true", StringComparison.Ordinal), ending.Text);
        using var document = JsonDocument.Parse(ending.Output);
        var root = document.RootElement;
        Assert.Equal((image, "qcow2", "gpt", true), (root.GetProperty("input").GetString(), root.GetProperty("format").GetString(), root.GetProperty("table").GetString(), root.GetProperty("done").GetBoolean()));
        using var guest = ResizedDisk.Open(image, format);
        Assert.Equal(guest.BlockdevGetsize64("/dev/sda"), root.GetProperty("outputSize").GetInt64());
        Assert.Equal(64 * MiB, root.GetProperty("outputSize").GetInt64() - root.GetProperty("inputSize").GetInt64());
        var partition = root.GetProperty("partitions").EnumerateArray().Single();
        Assert.Equal(guest.BlockdevGetsize64("/dev/sda2"), partition.GetProperty("target").GetProperty("size").GetInt64());
        var volume = root.GetProperty("logicalVolumes").EnumerateArray().Single();
        Assert.Equal("/dev/grown-gpt/root", volume.GetProperty("name").GetString());
        Assert.Equal(guest.BlockdevGetsize64("/dev/grown-gpt/root"), volume.GetProperty("newSize").GetInt64());

        // 8 MiB of its group were free before.
        Assert.InRange(volume.GetProperty("newSize").GetInt64() - volume.GetProperty("oldSize").GetInt64(), 60 * MiB, 76 * MiB);
    }

    /// <summary>What is refused: fixture, options, a part of the sentence.</summary>
    public static TheoryData<string, string, string> Refusals => new()
    {
        { "resize-middle", "--size=+64M", "is swap" },
        { "resize-swap-gpt", "--size=+64M", "is swap" },
        { "resize-ext4-mbr", "--size=+64M --expand=/dev/sda1", "/dev/sda1 is not the last partition of the disk: /dev/sda2 lies behind it" },
        { "resize-ext4-mbr", "--size=+64M --expand=/dev/sda9", "/dev/sda9: there is no such partition; there are: /dev/sda1, /dev/sda2" },
        { "resize-ext4-mbr", "--size=10M", "would be less" },
        { "resize-ext4-gpt", "", "there is no room behind /dev/sda2" },
        { "ext4", "--size=+64M", "no partition table" },
        { "resize-lvm-mbr", "--size=+64M --LV-expand=/dev/grown-mbr/none", "there are: /dev/grown-mbr/root, /dev/grown-mbr/swap" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_would_move_data_is_refused_and_leaves_the_image_as_it_was(string fixture, string options, string sentence)
    {
        using var folder = new TestFolder();
        var (image, _) = Copy(fixture, folder, asQcow2: false);
        var sum = ResizedDisk.Sum(image);

        var ending = Published.Run("virt-resize", folder.Path, ["--in-place", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--format", "raw", image]);

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains(sentence, ending.Error);
        Assert.Equal(sum, ResizedDisk.Sum(image));
        Assert.Equal([Path.GetFileName(image)], Names(folder));
    }

    [Fact]
    public void An_image_that_is_in_use_is_refused()
    {
        using var folder = new TestFolder();
        var (image, _) = Copy("resize-ext4-mbr", folder, asQcow2: false);
        using var guest = Guests.Prepare();
        guest.AddDrive(image, new() { Format = "raw" });
        guest.Launch();

        var ending = Published.Run("virt-resize", folder.Path, "--in-place", "--size", "+64M", "--format", "raw", image);

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("in use by another process", ending.Error);
    }

    [Fact]
    public void Files_that_somebody_else_left_beside_the_image_are_not_believed()
    {
        using var folder = new TestFolder();
        var (image, _) = Copy("resize-ext4-mbr", folder, asQcow2: false);
        var sum = ResizedDisk.Sum(image);
        File.CreateSymbolicLink(image + ".virt-resize.json", "/etc/hostname");

        var ending = Published.Run("virt-resize", folder.Path, "--recover", "--format", "raw", image);

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("not a file of the image's owner", ending.Error);
        Assert.Equal(sum, ResizedDisk.Sum(image));
    }

    internal static (string Image, string Format) Copy(string fixture, TestFolder folder, bool asQcow2)
    {
        var raw = GuestImages.Named(fixture).CopyTo(folder.Path);
        if (!asQcow2)
        {
            return (raw, "raw");
        }

        var image = Path.ChangeExtension(raw, ".qcow2");
        Assert.Equal(0, ResizedDisk.Run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, image).Status);
        File.Delete(raw);
        return (image, "qcow2");
    }

    private static string Raw(string image, string format, TestFolder folder)
    {
        if (format == "raw")
        {
            return image;
        }

        Assert.Equal((0, ""), ResizedDisk.Run("qemu-img", "convert", "-f", format, "-O", "raw", image, folder["look.img"]));
        return folder["look.img"];
    }

    private static string[] Names(TestFolder folder) => [.. Directory.GetFileSystemEntries(folder.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
}
