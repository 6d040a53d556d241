using VirtTools.Commands.Tables;

namespace VirtTools.Commands.Plan;

/// <summary>What happens to a partition.</summary>
internal enum PartitionOperation
{
    Copy,
    Ignore,
    Delete,
    Resize,

    /// <summary>It is new.</summary>
    Create,
}

/// <summary>A partition of the plan.</summary>
/// <param name="Name">As the command line calls it, such as <c>/dev/sda2</c>.</param>
/// <param name="Operation">What happens to it.</param>
/// <param name="Source">Where it is on the input; null for a new one.</param>
/// <param name="Target">Where it will be on the output; null for a deleted one.</param>
/// <param name="Content">What it holds.</param>
internal sealed record PlannedPartition(
    string Name, PartitionOperation Operation, TableEntry? Source, PlacedEntry? Target, PartitionContent Content)
{
    /// <summary>Size that was asked for in bytes, before it was rounded up to the alignment.</summary>
    public long NewSize { get; init; }

    /// <summary>Size on the input in bytes.</summary>
    public long OldSize { get; init; }

    /// <summary>Whether it becomes larger, so that its content may too.</summary>
    public bool Grows => Operation == PartitionOperation.Resize && NewSize > OldSize && Source?.Role != PartitionRole.Extended;

    /// <summary>How its content becomes larger with it; none where it does not.</summary>
    public ExpandMethod ExpandMethod => Grows ? Content.MethodFor(NewSize) : ExpandMethod.None;

    /// <summary>Whether it is an extended partition whose content is laid out anew.</summary>
    public bool IsFrame { get; init; }

    /// <summary>Whether its content is copied.</summary>
    public bool IsCopied => !IsFrame && Operation is PartitionOperation.Copy or PartitionOperation.Resize;
}

/// <summary>Where everything goes.</summary>
/// <param name="Partitions">In the order in which they lie on the input.</param>
/// <param name="Surplus">Bytes that nobody asked for.</param>
/// <param name="MovesFirst">Whether the first partition was aligned.</param>
internal sealed record ResizePlan(IReadOnlyList<PlannedPartition> Partitions, long Surplus, bool MovesFirst)
{
    /// <summary>What becomes of the surplus.</summary>
    public PlannedPartition? Extra => Partitions.FirstOrDefault(partition => partition.Operation == PartitionOperation.Create);

    /// <summary>The entries of the new table.</summary>
    public IReadOnlyList<PlacedEntry> Entries => [.. Partitions.Select(partition => partition.Target).OfType<PlacedEntry>().OrderBy(entry => entry.Number)];
}

/// <summary>What was asked for is impossible; the message is a sentence.</summary>
internal sealed class PlanException(string message) : Exception(message);
