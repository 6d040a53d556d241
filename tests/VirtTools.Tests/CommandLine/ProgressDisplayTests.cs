using System.Text;
using VirtTools.CommandLine.Output;

namespace VirtTools.Tests.CommandLine;

public sealed class ProgressDisplayTests
{
    private readonly MemoryStream _error = new();
    private readonly ManualClock _clock = new();

    [Fact]
    public void Work_of_less_than_a_second_shows_nothing()
    {
        var display = Display(terminal: true);

        display.Show("download", 0, 100);
        _clock.Advance(TimeSpan.FromMilliseconds(900));
        display.Show("download", 50, 100);
        display.Show("download", 100, 100);

        Assert.Equal("", Shown);
    }

    [Fact]
    public void Longer_work_shows_a_bar_and_removes_it_at_the_end()
    {
        var display = Display(terminal: true);

        display.Show("download", 0, 100);
        _clock.Advance(TimeSpan.FromSeconds(2));
        display.Show("download", 50, 100);
        var duringWork = Shown;
        display.Show("download", 100, 100);

        Assert.Contains("download", duringWork);
        Assert.Contains("50%", duringWork);
        Assert.EndsWith("\r\x1b[K", Shown);
    }

    [Fact]
    public void No_bar_goes_into_a_log()
    {
        var display = Display(terminal: false);

        display.Show("download", 0, 100);
        _clock.Advance(TimeSpan.FromSeconds(5));
        display.Show("download", 50, 100);

        Assert.Equal("", Shown);
    }

    private string Shown => Encoding.UTF8.GetString(_error.ToArray());

    private ProgressDisplay Display(bool terminal) =>
        new(new CommandStreams("virt-test", new MemoryStream(), _error) { HasErrorTerminal = terminal }, _clock);

    private sealed class ManualClock : TimeProvider
    {
        private long _ticks = 1000;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan time) => _ticks += time.Ticks;
    }
}
