using System.Security.Cryptography;
using System.Text.Json;
using VirtTools.Posix;

namespace VirtTools.GuestTests.Commands;

/// <summary>virt-resize on a real disk: what the new disk holds afterwards.</summary>
public sealed class ResizeTests(ResizedGuest resized) : IClassFixture<ResizedGuest>
{
    private const long MiB = 1 << 20;

    [Fact]
    public void A_physical_volume_a_logical_volume_and_its_file_system_grow_and_the_input_stays_as_it_was()
    {
        var before = SumOf(resized.Image);

        var ending = Resize("--size", "+300M", "--expand", "/dev/sda2", "--LV-expand", "/dev/vg/root", resized.Image, resized["lvm.qcow2"]);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.Contains("Summary of changes:", ending.Text);
        Assert.Contains("/dev/vg/root: This logical volume will be expanded to maximum size.", ending.Text);
        Assert.Equal(before, SumOf(resized.Image));
        using var guest = ResizedGuest.Look(resized["lvm.qcow2"]);
        Assert.InRange(ResizedGuest.AssertHolds(guest, "/dev/vg/root", "/dev/vg/root"), 500 * MiB, 600 * MiB);
        ResizedGuest.AssertHolds(guest, "/dev/sda1", "/dev/sda1");
        ResizedGuest.AssertHolds(guest, "/dev/sda5", "/dev/sda5");
        Assert.True(guest.PartGetBootable("/dev/sda", 1));
        Assert.Equal(0x8E, guest.PartGetMbrId("/dev/sda", 2));
    }

    [Fact]
    public void A_logical_partition_and_swap_behind_it_grow()
    {
        var ending = Resize(
            "--json", "--size", "+300M", "--resize", "/dev/sda6=+50M", "--expand", "/dev/sda5", resized.Image, resized["logical.img"]);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        using var document = JsonDocument.Parse(ending.Output);
        Assert.True(document.RootElement.GetProperty("done").GetBoolean());
        using var guest = ResizedGuest.Look(resized["logical.img"]);
        Assert.InRange(ResizedGuest.AssertHolds(guest, "/dev/sda5", "/dev/sda5"), 500 * MiB, 640 * MiB);
        ResizedGuest.AssertHolds(guest, "/dev/sda1", "/dev/sda1");
        ResizedGuest.AssertHolds(guest, "/dev/vg/root", "/dev/vg/root");
        Assert.InRange(guest.BlockdevGetsize64("/dev/sda6"), 110 * MiB, 111 * MiB);
        Assert.Equal(("swap", "swapped", "11111111-2222-3333-4444-555555555555"), (guest.VfsType("/dev/sda6"), guest.VfsLabel("/dev/sda6"), guest.VfsUuid("/dev/sda6")));
        Assert.Equal(0x82, guest.PartGetMbrId("/dev/sda", 6));
    }

    [Fact]
    public void Old_content_of_the_output_does_not_show_through()
    {
        var output = resized["dirty.img"];
        using (var file = File.Create(output))
        {
            var dirt = new byte[MiB];
            Array.Fill(dirt, (byte)0xA5);
            for (var i = 0; i < 800; i++)
            {
                file.Write(dirt);
            }
        }

        var ending = Resize("--ignore", "/dev/sda1", resized.Image, output);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        using var guest = ResizedGuest.Look(output);
        ResizedGuest.AssertHolds(guest, "/dev/sda5", "/dev/sda5");
        Assert.True(guest.IsZeroDevice("/dev/sda1"));
    }

    [Fact]
    public void A_dry_run_changes_nothing()
    {
        var output = resized["dry.img"];
        using (var file = File.Create(output))
        {
            file.SetLength(900 * MiB);
        }

        var ending = Resize("--dry-run", "--expand", "/dev/sda1", resized.Image, output);

        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        Assert.Contains("will be expanded using the ‘resize2fs’ method", ending.Text);
        Assert.Equal(0, Descriptors.Stat(output).Blocks);
    }

    [Fact]
    public void The_output_is_never_the_input()
    {
        var link = resized["link.img"];
        File.CreateSymbolicLink(link, resized.Image);
        var before = SumOf(resized.Image);

        var ending = Resize("--expand", "/dev/sda1", resized.Image, link);

        Assert.Equal(1, ending.ExitCode);
        Assert.Contains("the output is the input", ending.Error);
        Assert.Equal(before, SumOf(resized.Image));
    }

    [Fact]
    public void An_output_that_is_too_small_is_refused_with_what_it_lacks()
    {
        var output = resized["small.img"];
        using (var file = File.Create(output))
        {
            file.SetLength(300 * MiB);
        }

        var ending = Resize(resized.Image, output);

        Assert.Equal(1, ending.ExitCode);
        Assert.Matches("deficit of [0-9]+ bytes", ending.Error);
    }

    private Ending Resize(params string[] words) => Published.Run("virt-resize", resized.Folder, words);

    private static string SumOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexString(SHA256.HashData(file));
    }
}
