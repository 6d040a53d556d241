using VirtTools.Bench.Figures;

namespace VirtTools.Tests.Bench;

public sealed class SamplesTests
{
    [Theory]
    [InlineData(new[] { 5.0 }, 5.0)]
    [InlineData(new[] { 3.0, 1.0 }, 2.0)]
    [InlineData(new[] { 9.0, 1.0, 2.0 }, 2.0)]
    [InlineData(new[] { 4.0, 100.0, 1.0, 2.0 }, 3.0)]
    public void The_median_is_the_middle_of_the_sorted_values(double[] values, double median)
    {
        Assert.Equal(median, new Samples(values).Median);
    }

    [Fact]
    public void Smallest_and_largest_do_not_hang_on_the_order()
    {
        var samples = new Samples(2.0, 7.0, 1.0, 3.0);

        Assert.Equal((4, 1.0, 7.0), (samples.Count, samples.Min, samples.Max));
    }

    [Theory]
    [InlineData(100, 99, 99)]
    [InlineData(100, 1, 1)]
    [InlineData(100, 100, 100)]
    [InlineData(1000, 99, 990)]
    [InlineData(10, 99, 10)]
    [InlineData(10, 50, 5)]
    [InlineData(1, 99, 1)]
    public void A_percentile_is_the_value_of_that_rank(int count, double percent, double value)
    {
        var samples = new Samples(Enumerable.Range(1, count).Select(number => (double)number));

        Assert.Equal(value, samples.Percentile(percent));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100.5)]
    public void There_is_no_such_percentile(double percent)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Samples(1.0).Percentile(percent));
    }

    [Fact]
    public void Nothing_measured_has_no_median()
    {
        Assert.Throws<ArgumentException>(() => new Samples());
    }
}
