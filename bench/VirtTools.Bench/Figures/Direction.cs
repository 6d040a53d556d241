namespace VirtTools.Bench.Figures;

/// <summary>Which values of a figure are the good ones.</summary>
internal enum Direction
{
    /// <summary>Times and sizes.</summary>
    LowerIsBetter,

    /// <summary>Throughput.</summary>
    HigherIsBetter,
}
