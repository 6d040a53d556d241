using System.Globalization;
using VirtTools.CommandLine.Memory;

namespace VirtTools.CommandLine.Guests;

/// <summary>What the host has to spare for appliances.</summary>
/// <param name="AvailableMemory">Bytes that can be used without swapping (MemAvailable of proc(5)); null if nobody knows.</param>
/// <param name="CgroupMemory">Bytes that the control groups of this process still allow; null without a limit.</param>
/// <param name="Processors">Processors that this process may use.</param>
internal readonly record struct HostCapacity(long? AvailableMemory, long? CgroupMemory, int Processors)
{
    private const string Label = "MemAvailable:";
    private const int KibiByte = 1024;

    /// <summary>Asks the running system.</summary>
    public static HostCapacity Read() =>
        new(ParseAvailable(ProcFile.TryRead("/proc/meminfo") ?? ""), CgroupMemoryLimit.OfThisProcess().Left, Environment.ProcessorCount);

    /// <summary>The memory that counts: the smaller of the two where both are known.</summary>
    public long? Memory => AvailableMemory is { } available && CgroupMemory is { } allowed ? Math.Min(available, allowed) : AvailableMemory ?? CgroupMemory;

    /// <summary>Finds MemAvailable in the text of /proc/meminfo.</summary>
    internal static long? ParseAvailable(string memoryTable)
    {
        foreach (var line in memoryTable.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(Label, StringComparison.Ordinal)
                && long.TryParse(line[Label.Length..].Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var kibiBytes)
                && kibiBytes <= long.MaxValue / KibiByte)
            {
                return kibiBytes * KibiByte;
            }
        }

        return null;
    }
}
