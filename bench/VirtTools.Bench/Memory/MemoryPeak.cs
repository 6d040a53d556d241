using VirtTools.CommandLine.Memory;

namespace VirtTools.Bench.Memory;

/// <summary>The largest memory use seen while a program ran.</summary>
/// <param name="Processes">Of all its processes together; null if not all could be read.</param>
/// <param name="CgroupGrowth">By how many bytes the control group grew; null where it cannot be read.</param>
internal sealed record MemoryPeak(MemoryUse? Processes, long? CgroupGrowth);
