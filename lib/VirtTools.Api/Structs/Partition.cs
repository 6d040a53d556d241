using VirtTools.Declarations;

namespace VirtTools;

/// <summary>A partition of a device.</summary>
/// <param name="PartNum">Number, from 1.</param>
/// <param name="PartStart">First byte.</param>
/// <param name="PartEnd">Last byte.</param>
/// <param name="PartSize">Size in bytes.</param>
[WireStruct("partition")]
public sealed record Partition(
    int PartNum,
    long PartStart,
    long PartEnd,
    long PartSize);
