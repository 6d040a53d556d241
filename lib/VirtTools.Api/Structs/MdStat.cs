using VirtTools.Declarations;

namespace VirtTools;

/// <summary>A part of an md device.</summary>
/// <param name="MdStatDevice">Device.</param>
/// <param name="MdStatIndex">Its place in the array; -1 where there is none.</param>
/// <param name="MdStatFlags">Letters: <c>F</c> failed, <c>S</c> spare, <c>W</c> write-mostly; empty when it is in use.</param>
[WireStruct("mdstat")]
public sealed record MdStat(
    [Field("mdstat_device")] string MdStatDevice,
    [Field("mdstat_index")] int MdStatIndex,
    [Field("mdstat_flags")] string MdStatFlags);
