namespace VirtTools.Bench.Figures;

/// <summary>Measured values of one thing, all in the same unit.</summary>
internal sealed class Samples
{
    private readonly double[] _sorted;

    /// <summary>Takes the values in any order.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public Samples(params IEnumerable<double> values)
    {
        _sorted = [.. values.Order()];
        if (_sorted.Length == 0)
        {
            throw new ArgumentException("nothing was measured", nameof(values));
        }
    }

    /// <summary>How many values there are.</summary>
    public int Count => _sorted.Length;

    public double Min => _sorted[0];

    public double Max => _sorted[^1];

    /// <summary>The middle value, or halfway between the two middle ones.</summary>
    public double Median => (_sorted[(Count - 1) / 2] + _sorted[Count / 2]) / 2;

    /// <summary>The smallest value that so many per cent of all values do not exceed (nearest rank, without interpolation).</summary>
    /// <param name="percent">Above 0, at most 100.</param>
    /// <exception cref="ArgumentOutOfRangeException">The percentage is not in that range.</exception>
    public double Percentile(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);

        // Multiplied first: 99 of 100 must be rank 99, and 0.99 * 100 is a little more than that.
        return _sorted[(int)Math.Ceiling(percent * Count / 100) - 1];
    }
}
