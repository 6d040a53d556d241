namespace VirtTools.Bench.Measuring;

/// <summary>Bytes over time.</summary>
internal static class Throughput
{
    private const double Megabyte = 1_000_000;

    /// <summary>Millions of bytes a second.</summary>
    public static double MegabytesPerSecond(long bytes, TimeSpan elapsed) => bytes / Megabyte / elapsed.TotalSeconds;
}
