using VirtTools.Bench.Figures;

namespace VirtTools.Tests.Bench;

public sealed class FigureTests
{
    private static readonly Samples s_two = new(1.0, 2.0, 9.0);
    private static readonly Samples s_eight = new(8.0);

    [Fact]
    public void A_quarter_of_the_time_is_4_times_better()
    {
        Assert.Equal(4, new Figure("f", "s", Direction.LowerIsBetter, s_two, s_eight).Ratio);
    }

    [Fact]
    public void A_quarter_of_the_throughput_is_a_quarter_as_good()
    {
        Assert.Equal(0.25, new Figure("f", "MB/s", Direction.HigherIsBetter, s_two, s_eight).Ratio);
    }

    [Fact]
    public void Without_the_original_there_is_no_ratio()
    {
        Assert.Null(new Figure("f", "s", Direction.LowerIsBetter, s_two, null).Ratio);
    }

    [Fact]
    public void Nothing_is_divided_by_zero()
    {
        Assert.Null(new Figure("f", "MiB", Direction.LowerIsBetter, new(0.0), s_eight).Ratio);
        Assert.Null(new Figure("f", "MiB", Direction.HigherIsBetter, s_eight, new(0.0)).Ratio);
    }

    [Fact]
    public void The_best_time_is_the_shortest_and_the_best_throughput_the_highest()
    {
        Assert.Equal(1, new Figure("f", "s", Direction.LowerIsBetter, s_two, null).BestOf(s_two));
        Assert.Equal(9, new Figure("f", "MB/s", Direction.HigherIsBetter, s_two, null).BestOf(s_two));
    }

    [Fact]
    public void The_tail_is_the_bad_end_of_at_least_100_values()
    {
        var hundred = new Samples(Enumerable.Range(1, 100).Select(number => (double)number));

        Assert.Equal(99, new Figure("f", "s", Direction.LowerIsBetter, hundred, null).TailOf(hundred));
        Assert.Equal(1, new Figure("f", "MB/s", Direction.HigherIsBetter, hundred, null).TailOf(hundred));
        Assert.Null(new Figure("f", "s", Direction.LowerIsBetter, hundred, null).TailOf(s_two));
    }
}
