using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;

namespace VirtTools.Tests.Bench;

public sealed class TurnsTests
{
    private static readonly Progress<string> s_silent = new();

    [Fact]
    public async Task Both_take_turns_and_each_is_first_every_other_time()
    {
        var order = new List<string>();

        await Turns.TakeAsync(3, _ => Note("ours"), _ => Note("original"), s_silent, CancellationToken.None);

        Assert.Equal(["ours", "original", "original", "ours", "ours", "original", "original", "ours"], order);

        Task<int> Note(string who)
        {
            order.Add(who);
            return Task.FromResult(order.Count);
        }
    }

    [Fact]
    public async Task The_first_turn_of_each_is_not_counted()
    {
        var (ours, original) = (0, 100);

        var results = await Turns.TakeAsync(2, _ => Task.FromResult(++ours), _ => Task.FromResult(++original), s_silent, CancellationToken.None);

        Assert.Equal([2, 3], results.Ours);
        Assert.Equal([102, 103], results.Original);
    }

    [Fact]
    public async Task Without_the_original_ours_is_measured_alone()
    {
        var results = await Turns.TakeAsync(2, _ => Task.FromResult(1.5), null, s_silent, CancellationToken.None);

        Assert.Equal([1.5, 1.5], results.Ours);
        Assert.Null(results.Original);
        Assert.Null(results.Figure("f", "s", Direction.LowerIsBetter, number => number).Original);
    }

    [Fact]
    public void Many_numbers_of_a_turn_are_taken_together()
    {
        var results = new Results<double[]>([[1, 2], [3]], [[10], [20, 30]]);

        var figure = results.Figure("f", "s", Direction.LowerIsBetter, numbers => numbers);

        Assert.Equal((3, 2.0), (figure.Ours.Count, figure.Ours.Median));
        Assert.Equal(10, figure.Ratio);
    }

    [Fact]
    public void Throughput_is_in_millions_of_bytes_a_second()
    {
        Assert.Equal(50, Throughput.MegabytesPerSecond(100_000_000, TimeSpan.FromSeconds(2)));
    }
}
