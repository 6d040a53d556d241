using System.Diagnostics;
using VirtTools.GuestTests.Commands;

namespace VirtTools.GuestTests.Resize;

/// <summary><c>virt-resize --in-place</c> killed at any moment: the image is the old one byte for byte, or a second run makes it the new one.</summary>
public sealed class InPlaceKillTests
{
    private const long MiB = 1 << 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_growth_killed_at_some_moments_leaves_the_old_image_or_one_that_is_completed(bool asQcow2) => KillAt(moments: 4, seed: 6, asQcow2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Tier", "Soak")]
    public void A_growth_killed_at_100_moments_leaves_the_old_image_or_one_that_is_completed(bool asQcow2) => KillAt(moments: 100, seed: 106, asQcow2);

    private static void KillAt(int moments, int seed, bool asQcow2)
    {
        using var folder = new TestFolder();
        var (original, format) = InPlaceTests.Copy("resize-xfs-gpt", folder, asQcow2);
        var before = ResizedDisk.Look(original, format, "/dev/sda2");
        var sum = ResizedDisk.Sum(original);
        var image = folder["disk.img"];
        var random = new Random(seed);
        File.Copy(original, image);
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, Published.Finish(Prepare(folder, image, format)).ExitCode);
        var whole = clock.Elapsed;

        for (var moment = 0; moment < moments; moment++)
        {
            File.Copy(original, image, overwrite: true);
            using (var process = Process.Start(Prepare(folder, image, format))!)
            {
                // Every second kill comes when the commit has begun, which is a small part of the whole.
                Wait(process, image, moment % 2 == 0 ? null : TimeSpan.FromMilliseconds(random.Next(60)), whole * random.NextDouble());
                process.Kill();
                process.WaitForExit();
            }

            Assert.True(SpinWait.SpinUntil(() => Published.QemusOf(folder.Path).Count == 0, TimeSpan.FromSeconds(30)), "a QEMU is left");
            AssertOldOrCompleted(folder, image, format, sum, before);
        }
    }

    private static void AssertOldOrCompleted(TestFolder folder, string image, string format, string sum, DiskContent before)
    {
        var isCommitting = File.Exists(image + ".virt-resize.json");
        var isDone = !isCommitting && ResizedDisk.Sum(image) != sum;

        var recovery = Published.Run("virt-resize", folder.Path, "--recover", "--format", format, image);

        Assert.Equal((0, ""), (recovery.ExitCode, recovery.Error));
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), file => file.Contains(".virt-resize.", StringComparison.Ordinal));
        if (!isCommitting && !isDone)
        {
            Assert.Equal(sum, ResizedDisk.Sum(image));
            return;
        }

        var after = ResizedDisk.Look(image, format, "/dev/sda2");
        Assert.Equal(before.Tree, after.Tree);
        Assert.InRange(after.FileSystemSize - before.FileSystemSize, 50 * MiB, 68 * MiB);
        Assert.Equal("", ResizedDisk.Check(image, format, "/dev/sda2", "xfs"));
        if (format == "qcow2")
        {
            Assert.Equal(0, ResizedDisk.Run("qemu-img", "check", "-q", "-f", format, image).Status);
        }
    }

    private static void Wait(Process process, string image, TimeSpan? afterRecord, TimeSpan anyTime)
    {
        if (afterRecord is not { } delay)
        {
            process.WaitForExit(anyTime);
            return;
        }

        SpinWait.SpinUntil(() => process.HasExited || File.Exists(image + ".virt-resize.json"));
        process.WaitForExit(delay);
    }

    private static ProcessStartInfo Prepare(TestFolder folder, string image, string format) =>
        Published.Prepare("virt-resize", folder.Path, "--in-place", "--size", "+64M", "--format", format, image);
}
