using System.Diagnostics;
using VirtTools.GuestTests.Commands;
using VirtTools.Posix;
using Xunit.Abstractions;

namespace VirtTools.GuestTests.Watch;

/// <summary>The published <c>virt-df --watch</c> for ten minutes over two hundred images that change, among some that are broken, with QEMUs that die and hang.</summary>
public sealed class WatchSoakTests(ITestOutputHelper output) : IDisposable
{
    private const int Stop = 19; // SIGSTOP
    private const long MebiByte = 1 << 20;

    // Room for a heap that has not been collected, none for one that grows: ten minutes are some thousand readings.
    private const long AllowedGrowth = 12 * MebiByte;

    private static readonly TimeSpan s_duration = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_betweenChanges = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_betweenCheckpoints = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(30);

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Tier", "Soak")]
    public void Ten_minutes_over_two_hundred_images_with_changes_faults_and_kills_leave_figures_right_and_memory_flat()
    {
        var images = new SoakFolder(_folder.Path);
        var faces = FiguresOf(images.Faces);
        Assert.Equal(faces.Count, faces.Distinct().Count());
        Thread.Sleep(2200); // what was changed a moment ago would be read twice
        using var watch = new RunningWatch(["--watch", "3s", "--timeout", "15", "-P", "2", "--images", images.Images]);
        watch.WaitFor(Right, "all images right at the beginning", s_patience);
        var before = Quiet(watch);
        Tell($"{images.Count} images read", before, watch);

        var samples = new List<ServiceFootprint>();
        var (killed, hung) = (0, 0);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < s_duration)
        {
            using (var kill = new MachineHunt(watch, IsPrey, Signals.Kill, oneIn: 5))
            using (var hang = new MachineHunt(watch, file => file.EndsWith("/untouched00.img", StringComparison.Ordinal), Stop))
            {
                images.Touch("untouched00.img");
                for (var end = clock.Elapsed + s_betweenCheckpoints; clock.Elapsed < end; Thread.Sleep(s_betweenChanges))
                {
                    images.ChangeSomething();
                    samples.Add(ServiceFootprint.Of(watch.ProcessId));
                }

                hang.WaitForOne();
                (killed, hung) = (killed + kill.Count, hung + hang.Count);
            }

            Tell($"after {clock.Elapsed.TotalMinutes:0.0} minutes", samples[^1], watch);

            // Whatever was killed, hung or changed: the figures come right by themselves.
            watch.WaitFor(Right, "all images right along the way", s_patience);
            samples.Add(Quiet(watch));
            Tell($"after {clock.Elapsed.TotalMinutes:0.0} minutes, at rest", samples[^1], watch);
        }

        output.WriteLine($"{killed} machines killed, {hung} stopped, {images.Changes} changes");
        Assert.NotEqual(0, killed);
        var after = samples[^1];
        var last = watch.WaitFor(Right, "all images right at the end");
        Assert.InRange(after.Resident, 0, before.Resident + AllowedGrowth);
        Assert.InRange(samples[(samples.Count / 2)..].Max(sample => sample.Resident), 0, samples[..(samples.Count / 2)].Max(sample => sample.Resident) + AllowedGrowth);
        Assert.InRange(after.Descriptors, 0, before.Descriptors + 2);
        Assert.All(samples, sample => Assert.InRange(sample.Zombies, 0, 2)); // one that ends at this very moment
        Assert.All(images.Untouched.Skip(1), name => Assert.Equal((1L, 0L), (last.Reads(name), last.Failures(name))));
        Assert.NotEqual(0, last.Failures("untouched00.img"));
        Assert.Equal(143, watch.Stop());
        watch.AssertNothingLeft();

        bool Right(ScrapedMetrics metrics) =>
            images.Expected.All(image => metrics.IsReadable(image.Name) && metrics.Figures(image.Name) == faces[image.Face])
            && images.Blank.All(name => metrics.IsReadable(name) && metrics.Figures(name) == "")
            && metrics.IsReadable(images.Cut) && metrics.Figures(images.Cut).Contains("virt_df_filesystem_readable", StringComparison.Ordinal)
            && images.Broken.All(name => metrics.Of("virt_df_guest_readable", name) == 0 && metrics.Figures(name) == "")
            && (Environment.IsPrivilegedProcess || metrics.Of("virt_df_guest_readable", images.Forbidden) == 0)
            && metrics.Guests == images.Count;
    }

    /// <summary>The watch when it has nothing to do: without machines, files and children.</summary>
    private static ServiceFootprint Quiet(RunningWatch watch)
    {
        watch.WaitFor(_ => watch.Machines.Count == 0 && ServiceFootprint.Of(watch.ProcessId).Children == 0, "a moment without a child");
        var footprint = ServiceFootprint.Of(watch.ProcessId);
        Assert.Empty(Directory.GetFileSystemEntries(watch.TemporaryFolder));
        return footprint;
    }

    private static bool IsPrey(string file) =>
        file.Contains("/images/", StringComparison.Ordinal) && !file.Contains("/untouched", StringComparison.Ordinal);

    /// <summary>The figures of each image, as virt-df gives them.</summary>
    private List<string> FiguresOf(IReadOnlyList<string> images)
    {
        var ending = Published.Run("virt-df", _folder.Path, ["--prometheus", "--each", .. images]);
        Assert.Equal((0, ""), (ending.ExitCode, ending.Error));
        var metrics = ScrapedMetrics.Parse(ending.Text);
        return [.. images.Select(path => metrics.Figures(Path.GetFileName(path)))];
    }

    private void Tell(string when, ServiceFootprint footprint, RunningWatch watch)
    {
        var metrics = watch.WaitFor(_ => true, "metrics");
        output.WriteLine($"{when}: {footprint}; {metrics.AllReads} readings, {metrics.AllFailures} failures");
    }
}
