using System.Globalization;
using VirtTools.Bench.Memory;
using VirtTools.CommandLine.Memory;
using VirtTools.Fixtures.Parity;

namespace VirtTools.Bench.Reporting;

/// <summary>Where figures were taken; absolute ones mean nothing without it.</summary>
/// <param name="Time">When the run began, in UTC.</param>
/// <param name="Processor">The processor's name, or an empty string.</param>
/// <param name="ProcessorCount">How many processors we may use.</param>
/// <param name="Kernel">The kernel's release.</param>
/// <param name="Load">How many tasks ran or wanted to in the last minute.</param>
/// <param name="Original">Packages of the original and their versions; null where it is not installed.</param>
internal sealed record Machine(DateTime Time, string Processor, int ProcessorCount, string Kernel, double Load, string? Original)
{
    /// <summary>Whether something else was running, so that absolute figures are too high. Ratios are less disturbed.</summary>
    public bool IsBusy => Load > ProcessorCount / 2.0;

    /// <summary>This machine, now.</summary>
    public static Machine Current() => new(
        DateTime.UtcNow,
        ProcessorIn(ProcFile.TryRead("/proc/cpuinfo") ?? ""),
        Environment.ProcessorCount,
        (ProcFile.TryRead("/proc/sys/kernel/osrelease") ?? "").Trim(),
        LoadIn(ProcFile.TryRead("/proc/loadavg") ?? ""),
        OriginalProgram.IsInstalled("virt-cat") ? OriginalProgram.Version("virt-cat") : null);

    /// <summary>The first processor's name in the text of /proc/cpuinfo.</summary>
    public static string ProcessorIn(string text) =>
        text.Split('\n').FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim() ?? "";

    /// <summary>The average of the last minute in the text of /proc/loadavg; 0 where the text is none.</summary>
    public static double LoadIn(string text) =>
        double.TryParse(text.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var load) ? load : 0;
}
