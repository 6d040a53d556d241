using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;
using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Options;
using VirtTools.Commands;
using VirtTools.Commands.Watch;
using VirtTools.Tests.Commands;

namespace VirtTools.Tests.Watch;

/// <summary>Rounds of the watch over files that stand for images; what reads them is played.</summary>
public sealed class UsageWatchTests : IDisposable
{
    private readonly CommandLine.ScratchFolder _folder = new();
    private readonly CapturedStreams _captured = new("virt-df");
    private readonly Dictionary<string, int> _reads = [];
    private readonly Lock _gate = new();
    private static readonly ServiceNotices s_none = new(new Told(), null);

    // An image that was made a moment ago is too young to be believed.
    private static readonly TimeProvider s_anHourLater = new SettableTime { Now = DateTimeOffset.UtcNow.AddHours(1) };

    private string Metrics => File.ReadAllText(Path.Combine(_folder.Path, "out.prom"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_image_that_has_not_changed_is_not_read_again()
    {
        Image("a.img");
        Image("b.img");
        using var watch = Watch(ReadAsync);

        await RoundsAsync(watch, 3);
        File.AppendAllText(Image("b.img"), "more");
        await RoundsAsync(watch, 1);

        Assert.Equal((1, 2), (_reads["a.img"], _reads["b.img"]));
        Assert.Contains("virt_df_reads_total{guest=\"b.img\"} 2\n", Metrics, StringComparison.Ordinal);
        Assert.Contains("virt_df_guest_readable{guest=\"a.img\"} 1\n", Metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_that_was_changed_this_very_moment_is_read_again()
    {
        Image("a.img");
        using var watch = Watch(ReadAsync, clock: TimeProvider.System);

        await RoundsAsync(watch, 2);

        Assert.Equal(2, _reads["a.img"]);
    }

    [Fact]
    public async Task A_guest_that_fails_keeps_its_figures_and_is_tried_again()
    {
        Image("a.img");
        var isBroken = false;
        using var watch = Watch((drives, stop) => isBroken
            ? Task.FromResult(new GuestUsage(GuestName.Of(drives), [], [new(null, null, "no reason")], 2))
            : ReadAsync(drives, stop));

        await RoundsAsync(watch, 1);
        isBroken = true;
        File.AppendAllText(Image("a.img"), "x");
        await RoundsAsync(watch, 2);

        Assert.Contains("virt_df_guest_readable{guest=\"a.img\"} 0\n", Metrics, StringComparison.Ordinal);
        Assert.Contains("virt_df_used_bytes{guest=\"a.img\"", Metrics, StringComparison.Ordinal);
        Assert.Contains("virt_df_failures_total{guest=\"a.img\"} 2\n", Metrics, StringComparison.Ordinal);
        Assert.Contains("virt_df_last_success_timestamp_seconds{guest=\"a.img\"} 1\n", Metrics, StringComparison.Ordinal);
        Assert.Single(_captured.Error.Split('\n'), line => line.Contains("a.img: no reason", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_guest_that_is_gone_is_forgotten_and_a_folder_that_is_gone_is_a_metric()
    {
        Image("a.img");
        Image("b.img");
        var images = Path.Combine(_folder.Path, "images");
        using var watch = Watch(ReadAsync);
        await RoundsAsync(watch, 1);

        File.Delete(Path.Combine(images, "a.img"));
        await RoundsAsync(watch, 1);
        var afterImage = Metrics;
        Directory.Delete(images, recursive: true);
        await RoundsAsync(watch, 2);

        Assert.DoesNotContain("a.img", afterImage, StringComparison.Ordinal);
        Assert.Contains("virt_df_guests_listed 1\n", afterImage, StringComparison.Ordinal);
        Assert.Contains("virt_df_guests_listed 0\n", Metrics, StringComparison.Ordinal);
        Assert.Single(_captured.Error.Split('\n'), line => line.Contains("cannot be listed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_guest_that_never_comes_back_holds_up_no_other()
    {
        Image("a.img");
        Image("b.img");
        var never = new TaskCompletionSource<GuestUsage>();
        using var watch = Watch((drives, stop) => GuestName.Of(drives) == "a.img" ? never.Task : ReadAsync(drives, stop), TimeSpan.FromSeconds(-9));

        await RoundsUntilAsync(watch, () => Metrics.Contains("virt_df_guest_readable{guest=\"a.img\"} 0\n", StringComparison.Ordinal));

        Assert.Contains("virt_df_guest_readable{guest=\"b.img\"} 1\n", Metrics, StringComparison.Ordinal);
        never.SetResult(new("a.img", [], [], 3));
    }

    [Fact]
    public async Task A_guest_that_hangs_does_not_put_off_the_next_round()
    {
        Image("a.img");
        Image("b.img");
        var never = new TaskCompletionSource<GuestUsage>();
        using var watch = Watch((drives, stop) => GuestName.Of(drives) == "a.img" ? never.Task : ReadAsync(drives, stop));

        await RoundsUntilAsync(watch, () => ReadsOf("b.img") == 1);
        File.AppendAllText(Image("b.img"), "more");
        await RoundsUntilAsync(watch, () => ReadsOf("b.img") == 2);

        Assert.DoesNotContain("a.img", Metrics, StringComparison.Ordinal);
        never.SetResult(new("a.img", [], [], 3));
    }

    [Fact]
    public async Task Guests_that_hang_again_and_again_take_one_place_and_no_more()
    {
        string[] names = ["a.img", "b.img", "c.img"];
        Array.ForEach(names, name => Image(name));
        var timeForGuest = TimeSpan.FromMilliseconds(200);
        var (now, most) = (0, 0);
        var bothPlacesTaken = new TaskCompletionSource();
        using var watch = Watch(
            async (drives, stop) =>
            {
                lock (_gate)
                {
                    most = Math.Max(most, ++now);
                    if (now == 2)
                    {
                        bothPlacesTaken.TrySetResult();
                    }
                }

                await bothPlacesTaken.Task.WaitAsync(stop);
                await Task.Delay(timeForGuest, stop);
                lock (_gate)
                {
                    now--;
                }

                return new(GuestName.Of(drives), [], [new(null, null, "not done in time")], 1);
            },
            timeForGuest,
            interval: TimeSpan.FromMinutes(10));

        await RoundsAsync(watch, 1);
        Assert.Equal(2, most);
        most = 0;
        await RoundsAsync(watch, 2);

        Assert.Equal(1, most);
        Assert.All(names, name => Assert.DoesNotContain($"virt_df_failures_total{{guest=\"{name}\"}} 1\n", Metrics, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_system_that_cannot_be_read_is_tried_again_now_and_then_only()
    {
        Image("a.img");
        using var watch = Watch(async (drives, stop) =>
            await ReadAsync(drives, stop) with { Failures = [new("/dev/sda2", "ext4", "bad superblock")] });

        await RoundsAsync(watch, 13);
        Assert.Equal(1, _reads["a.img"]);
        await RoundsAsync(watch, 1);

        Assert.Equal(2, _reads["a.img"]);
    }

    [Fact]
    public async Task The_service_is_ready_before_the_first_guest_is_read_and_stops_when_its_readings_have_ended()
    {
        Image("a.img");
        var told = new Told();
        using var stop = new CancellationTokenSource();
        IReadOnlyList<string> toldBefore = [];
        var hasEnded = false;
        using var watch = Watch(
            async (drives, cancelled) =>
            {
                toldBefore = [.. told.States];
                await stop.CancelAsync();
                await Task.Delay(100, CancellationToken.None); // the appliance ends
                hasEnded = true;
                return new(GuestName.Of(drives), [], [], 1);
            },
            notices: new(told, null));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch.RunAsync(stop.Token));

        Assert.Equal(["READY=1\nSTATUS=1 guests, 0 of them not read whole"], toldBefore);
        Assert.Equal("STOPPING=1", told.States[^1]);
        Assert.True(hasEnded);
    }

    [Fact]
    public void A_manager_that_does_not_listen_is_no_reason_to_end()
    {
        var notices = new ServiceNotices(new Deaf(), TimeSpan.FromSeconds(1));

        notices.Ready("3 guests");
        notices.Alive();
    }

    [Theory]
    [InlineData("90", 90)]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("1.5h", 5400)]
    [InlineData("0", null)]
    [InlineData("-5m", null)]
    [InlineData("8d", null)]
    [InlineData("m", null)]
    [InlineData("", null)]
    public void An_interval_is_read(string text, int? seconds) =>
        Assert.Equal(seconds, (int?)WatchSettings.TryReadInterval(text)?.TotalSeconds);

    private string Image(string name)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.Path, "images")).FullName, name);
        if (!File.Exists(path))
        {
            File.WriteAllBytes(path, new byte[4096]);
        }

        return path;
    }

    private UsageWatch Watch(GuestReading read, TimeSpan? timeForGuest = null, ServiceNotices? notices = null, TimeSpan? interval = null, TimeProvider? clock = null)
    {
        var settings = new WatchSettings(interval ?? TimeSpan.FromSeconds(1), timeForGuest ?? TimeSpan.FromMinutes(1), 2, Path.Combine(_folder.Path, "out.prom")) { Clock = clock ?? s_anHourLater };
        var images = Path.Combine(_folder.Path, "images");
        return new(new ImageFolder(Directory.Exists(images) ? images : _folder.Path), read, settings, _captured.Streams, notices ?? s_none);
    }

    /// <summary>However long the others wait for a thread on a busy machine: what must happen happens, or the test fails.</summary>
    private static async Task RoundsUntilAsync(UsageWatch watch, Func<bool> isSo)
    {
        var clock = Stopwatch.StartNew();
        do
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), "what the rounds must bring does not come");
            await RoundsAsync(watch, 1).WaitAsync(TimeSpan.FromMinutes(2));
        }
        while (!isSo());
    }

    private int ReadsOf(string name)
    {
        lock (_gate)
        {
            return _reads.GetValueOrDefault(name);
        }
    }

    private static async Task RoundsAsync(UsageWatch watch, int count)
    {
        using var life = new SignOfLife(s_none, TimeSpan.FromMinutes(1));
        for (var i = 0; i < count; i++)
        {
            await watch.RunRoundAsync(life, CancellationToken.None);
        }
    }

    private Task<GuestUsage> ReadAsync(IReadOnlyList<DriveChoice> drives, CancellationToken cancellationToken)
    {
        var name = GuestName.Of(drives);
        lock (_gate)
        {
            _reads[name] = _reads.GetValueOrDefault(name) + 1;
        }

        return Task.FromResult(new GuestUsage(name, [new("/dev/sda1", "ext4", Samples.Counts(4096, 8568, 8561, 6309, 10240, 10174))], [], 1));
    }

    /// <summary>Keeps what a manager would be told.</summary>
    private sealed class Told : ISystemdNotifier
    {
        private readonly ConcurrentQueue<string> _states = new();

        public bool IsEnabled => true;

        public IReadOnlyList<string> States => [.. _states];

        public void Notify(ServiceState state) => _states.Enqueue(state.ToString());
    }

    private sealed class Deaf : ISystemdNotifier
    {
        public bool IsEnabled => true;

        public void Notify(ServiceState state) => throw new SocketException((int)SocketError.ConnectionRefused);
    }
}
