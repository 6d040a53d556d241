using VirtTools.Fixtures;
using VirtTools.Fixtures.Building;
using VirtTools.GuestTests.Commands;
using VirtTools.Posix;

namespace VirtTools.GuestTests.Watch;

/// <summary>The published <c>virt-df --watch</c> over a folder of images.</summary>
public sealed class FolderWatchTests : IDisposable
{
    private const int Stop = 19; // SIGSTOP

    private readonly TestFolder _folder = new();

    public FolderWatchTests() => Directory.CreateDirectory(Images);

    private string Images => _folder["images"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Figures_are_those_of_a_single_run_and_a_broken_image_is_named()
    {
        string[] good = [Put("ext4", "web.img"), Put("gpt", "parted.qcow2"), Put("vfat", "stick.img"), Overlay("top.qcow2")];
        var torn = Path.Combine(Images, "torn.qcow2");
        File.WriteAllBytes(torn, [.. "QFI"u8, 0xfb, 0, 0, 0, 3, .. new byte[96]]);
        var expected = SingleRun(good);

        using var watch = Watch();
        var metrics = watch.WaitFor(m => good.All(path => m.Reads(Path.GetFileName(path)) > 0) && m.Failures("torn.qcow2") > 1, "all images");

        Assert.All(good.Select(Path.GetFileName), name =>
        {
            Assert.NotEqual("", expected.Figures(name!));
            Assert.Equal(expected.Figures(name!), metrics.Figures(name!));
            Assert.True(metrics.IsReadable(name!));
        });
        Assert.Equal(((long?)0, (long?)0, ""), (metrics.Of("virt_df_guest_readable", "torn.qcow2"), metrics.Of("virt_df_last_success_timestamp_seconds", "torn.qcow2"), metrics.Figures("torn.qcow2")));
        Assert.Single(watch.Said.Split('\n'), line => line.Contains("torn.qcow2", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unchanged_image_starts_no_QEMU()
    {
        Put("ext4", "web.img");
        Overlay("top.qcow2");
        LetSettle();
        using var watch = Watch();
        var first = watch.WaitFor(m => m.Reads("web.img") == 1 && m.Reads("top.qcow2") == 1, "the first reading");

        var seen = 0;
        var rounds = first.Written + 4;
        var later = watch.WaitFor(
            m =>
            {
                seen += m.Written > first.Written ? watch.Machines.Count : 0;
                return m.Written > rounds;
            },
            "some rounds more");

        Assert.Equal((0, 1L, 1L), (seen, later.Reads("web.img"), later.Reads("top.qcow2")));
        Assert.True(later.Of("virt_df_last_success_timestamp_seconds", "web.img") > first.Of("virt_df_last_success_timestamp_seconds", "web.img"));
    }

    [Fact]
    public void A_change_two_files_below_a_qcow2_is_noticed()
    {
        Put("ext4", "still.img");
        Overlay("top.qcow2", layers: 2);
        LetSettle();
        using var watch = Watch();
        var before = watch.WaitFor(m => m.Reads("top.qcow2") == 1 && m.Reads("still.img") == 1, "the first reading");

        // The base is outside the folder: nothing in it changes.
        File.WriteAllBytes(_folder["base.img"], File.ReadAllBytes(GuestImages.Named("ext2").GetPath()));
        var expected = SingleRun(Path.Combine(Images, "top.qcow2")).Figures("top.qcow2");
        var after = watch.WaitFor(m => m.Figures("top.qcow2") == expected, "the figures of the new base");

        Assert.NotEqual(before.Figures("top.qcow2"), after.Figures("top.qcow2"));
        Assert.Equal(1, after.Reads("still.img"));
    }

    [Fact]
    public void An_image_that_appears_is_read_one_that_changes_is_read_anew_and_one_that_vanishes_is_dropped()
    {
        Put("ext4", "changes.img");
        Put("ext4", "vanishes.img");
        LetSettle();
        using var watch = Watch();
        var before = watch.WaitFor(m => m.Reads("changes.img") == 1 && m.Reads("vanishes.img") == 1, "the first reading");

        File.Delete(Path.Combine(Images, "vanishes.img"));
        Put("ext2", "changes.img");
        Put("vfat", "appears.img");
        var expected = SingleRun(Path.Combine(Images, "changes.img"), Path.Combine(Images, "appears.img"));
        var after = watch.WaitFor(
            m => m.Figures("changes.img") == expected.Figures("changes.img") && m.Reads("appears.img") > 0 && m.Reads("vanishes.img") == 0, "the folder as it is now");

        Assert.NotEqual(before.Figures("changes.img"), after.Figures("changes.img"));
        Assert.Equal(expected.Figures("appears.img"), after.Figures("appears.img"));
        Assert.DoesNotContain("vanishes.img", File.ReadAllText(watch.OutputPath), StringComparison.Ordinal);
    }

    [Fact]
    public void A_guest_whose_QEMU_hangs_is_named_and_the_others_go_on()
    {
        Put("ext4", "hangs.img");
        Put("ext4", "other.img");
        LetSettle();
        using var watch = Watch("--timeout", "20", "-P", "2");
        using (var hunt = new MachineHunt(watch, file => file.EndsWith("/hangs.img", StringComparison.Ordinal), Stop))
        {
            hunt.WaitForOne();
            watch.WaitFor(m => m.Reads("other.img") == 1, "the first reading of the other");
            Put("ext2", "other.img");
            var duringHang = watch.WaitFor(m => m.Reads("other.img") > 1, "the second reading of the other");

            // A round that waited for the one that hangs would have counted it first.
            Assert.Equal(0, duringHang.Failures("hangs.img"));
            var named = watch.WaitFor(m => m.Failures("hangs.img") > 0, "the failure of the one that hangs");
            Assert.Equal(0, named.Of("virt_df_guest_readable", "hangs.img"));
            Assert.Contains("hangs.img: not done in 20 seconds", watch.Said, StringComparison.Ordinal);
        }

        watch.WaitFor(m => m.IsReadable("hangs.img"), "the guest that hangs no more");
        Assert.Equal(143, watch.Stop());
        watch.AssertNothingLeft();
    }

    [Fact]
    public void A_QEMU_that_is_killed_is_a_failure_which_the_next_round_mends()
    {
        var image = Put("ext4", "killed.img");
        var expected = SingleRun(image).Figures("killed.img");
        using var watch = Watch();
        using (new MachineHunt(watch, file => file.EndsWith("/killed.img", StringComparison.Ordinal), Signals.Kill))
        {
            var killed = watch.WaitFor(m => m.Failures("killed.img") > 0, "the failure");
            Assert.Equal(0, killed.Of("virt_df_guest_readable", "killed.img"));
        }

        var mended = watch.WaitFor(m => m.IsReadable("killed.img"), "the reading after it");

        Assert.Equal(expected, mended.Figures("killed.img"));
        Assert.Contains("killed.img: ", watch.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_the_file_open_keeps_it_whole_while_it_is_replaced()
    {
        Put("ext4", "web.img");
        using var watch = Watch();
        watch.WaitFor(m => m.Reads("web.img") > 0, "the first file");
        using var open = new StreamReader(watch.OutputPath);

        var later = watch.WaitForRounds(2);
        var kept = ScrapedMetrics.TryParse(open.ReadToEnd());

        Assert.NotNull(kept);
        Assert.True(kept.Written < later.Written);
    }

    [Fact]
    public void A_watch_that_is_stopped_while_it_reads_leaves_nothing()
    {
        Put("ext4", "hangs.img");
        using var watch = Watch();
        using (var hunt = new MachineHunt(watch, _ => true, Stop))
        {
            hunt.WaitForOne();
        }

        Assert.Equal(143, watch.Stop());
        Assert.Empty(Published.QemusOf(watch.TemporaryFolder));
        Assert.Empty(Directory.GetFileSystemEntries(watch.TemporaryFolder));
    }

    [Fact]
    public void Systemd_is_told_that_it_is_ready_that_it_lives_and_that_it_stops()
    {
        using var manager = new ServiceManager(_folder["notify"]);
        using var watch = new RunningWatch(["--watch", "1s", "--images", Images], ("NOTIFY_SOCKET", _folder["notify"]), ("WATCHDOG_USEC", "500000"));
        manager.WaitFor("READY=1\nSTATUS=0 guests, 0 of them not read whole");
        manager.WaitFor("WATCHDOG=1");

        // Rounds go on, and no socket is the last one.
        watch.WaitForRounds(1);
        Assert.Equal(143, watch.Stop());
        manager.WaitFor("STOPPING=1");

        Assert.Single(manager.Told, state => state.StartsWith("READY=1", StringComparison.Ordinal));
    }

    private RunningWatch Watch(params string[] options) => new(["--watch", "1s", "--images", Images, .. options]);

    /// <summary>What virt-df says of the images, each by itself.</summary>
    private ScrapedMetrics SingleRun(params string[] images)
    {
        var ending = Published.Run("virt-df", _folder.Path, ["--prometheus", "--each", .. images]);
        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        return ScrapedMetrics.Parse(ending.Text);
    }

    /// <summary>Puts a copy of a fixture into the folder, in one step and under a name of its own.</summary>
    private string Put(string fixture, string name)
    {
        var path = Path.Combine(Images, name);
        File.Move(GuestImages.Named(fixture).CopyTo(_folder.Path), path, overwrite: true);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>A qcow2 whose last backing file lies outside the folder.</summary>
    private string Overlay(string name, int layers = 1)
    {
        var below = _folder["base.img"];
        File.Move(GuestImages.Named("ext4").CopyTo(_folder.Path), below);
        File.SetUnixFileMode(below, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var format = "raw";
        for (var layer = 1; layer <= layers; layer++)
        {
            var path = layer == layers ? Path.Combine(Images, name) : _folder[$"layer{layer}.qcow2"];
            Programs.QemuImg.Run("create", "-q", "-f", "qcow2", "-b", below, "-F", format, path);
            (below, format) = (path, "qcow2");
        }

        return below;
    }

    // A file that was changed a moment ago is read again in any case.
    private static void LetSettle() => Thread.Sleep(2200);
}
