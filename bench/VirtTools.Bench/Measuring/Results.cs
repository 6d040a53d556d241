using VirtTools.Bench.Figures;

namespace VirtTools.Bench.Measuring;

/// <summary>What the turns of a benchmark yielded.</summary>
/// <param name="Ours">A value of each turn of ours.</param>
/// <param name="Original">A value of each turn of the original; null where it is not installed.</param>
internal sealed record Results<T>(IReadOnlyList<T> Ours, IReadOnlyList<T>? Original)
{
    /// <summary>A figure of one number of each turn.</summary>
    public Figure Figure(string name, string unit, Direction direction, Func<T, double> number) =>
        new(name, unit, direction, new(Ours.Select(number)), Original is null ? null : new(Original.Select(number)));

    /// <summary>A figure of many numbers of each turn, taken together.</summary>
    public Figure Figure(string name, string unit, Direction direction, Func<T, IEnumerable<double>> numbers) =>
        new(name, unit, direction, new(Ours.SelectMany(numbers)), Original is null ? null : new(Original.SelectMany(numbers)));
}
