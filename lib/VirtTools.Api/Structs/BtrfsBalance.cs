using VirtTools.Declarations;

namespace VirtTools;

/// <summary>How far a balance of a btrfs file system has come.</summary>
/// <param name="BtrfsBalanceStatus"><c>none</c>, <c>running</c> or <c>paused</c>.</param>
/// <param name="BtrfsBalanceTotal">Chunks to balance, as estimated.</param>
/// <param name="BtrfsBalanceBalanced">Chunks balanced.</param>
/// <param name="BtrfsBalanceConsidered">Chunks looked at.</param>
/// <param name="BtrfsBalanceLeft">Percent left.</param>
[WireStruct("btrfsbalance")]
public sealed record BtrfsBalance(
    [Field("btrfsbalance_status")] string BtrfsBalanceStatus,
    [Field("btrfsbalance_total")] ulong BtrfsBalanceTotal,
    [Field("btrfsbalance_balanced")] ulong BtrfsBalanceBalanced,
    [Field("btrfsbalance_considered")] ulong BtrfsBalanceConsidered,
    [Field("btrfsbalance_left")] ulong BtrfsBalanceLeft);
