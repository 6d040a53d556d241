namespace VirtTools.Bench.Figures;

/// <summary>One row of the result: the same thing measured of ours and of the original.</summary>
/// <param name="Name">What was measured, unique within its benchmark.</param>
/// <param name="Unit">Of all values.</param>
/// <param name="Direction">Which values are the good ones.</param>
/// <param name="Ours">Values of ours.</param>
/// <param name="Original">Values of the original; null where it is not installed or has no such thing.</param>
internal sealed record Figure(string Name, string Unit, Direction Direction, Samples Ours, Samples? Original)
{
    // With fewer values the 99th percentile is nothing but the largest one.
    private const int CountForTail = 100;

    /// <summary>What the project expects of this figure, for the reader: nothing checks it. Null for no expectation.</summary>
    public string? Expected { get; init; }

    /// <summary>How many times better the median of ours is: above 1 ours is better. Null without the original, or where a median is 0.</summary>
    public double? Ratio => RatioOf(Ours, Original, Direction);

    /// <summary>The best value.</summary>
    public double BestOf(Samples samples) => Direction == Direction.LowerIsBetter ? samples.Min : samples.Max;

    /// <summary>The value that one in a hundred is worse than; null where there are too few values to tell.</summary>
    public double? TailOf(Samples samples) =>
        samples.Count < CountForTail ? null
        : Direction == Direction.LowerIsBetter ? samples.Percentile(99)
        : samples.Percentile(1);

    private static double? RatioOf(Samples ours, Samples? original, Direction direction) => original switch
    {
        null => null,
        _ when ours.Median == 0 || original.Median == 0 => null,
        _ when direction == Direction.LowerIsBetter => original.Median / ours.Median,
        _ => ours.Median / original.Median,
    };
}
