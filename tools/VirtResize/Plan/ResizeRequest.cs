namespace VirtTools.Commands.Plan;

/// <summary>Whether the first partition is moved to a place that is a multiple of the alignment.</summary>
internal enum FirstAlignment
{
    /// <summary>Where the boot loader can be mended.</summary>
    Auto,
    Never,
    Always,
}

/// <summary>A partition that the command line gives a size.</summary>
/// <param name="Partition">Name, such as <c>/dev/sda2</c>.</param>
/// <param name="Change">The size.</param>
/// <param name="IsForced">Whether content may be cut off.</param>
internal sealed record SizeRequest(string Partition, SizeChange Change, bool IsForced);

/// <summary>What the command line asks for.</summary>
internal sealed record ResizeRequest
{
    public FirstAlignment AlignFirst { get; init; }

    /// <summary>In sectors.</summary>
    public int Alignment { get; init; } = 128;

    /// <summary>Partition that gets all the room there is; null for none.</summary>
    public string? Expand { get; init; }

    /// <summary>Partition that gives what is missing; null for none.</summary>
    public string? Shrink { get; init; }

    public IReadOnlyList<SizeRequest> Sizes { get; init; } = [];

    public IReadOnlyList<string> Ignored { get; init; } = [];

    public IReadOnlyList<string> Deleted { get; init; } = [];

    /// <summary>Whether what is left over becomes a partition.</summary>
    public bool AddsPartition { get; init; } = true;

    /// <summary>The partitions that the command line names.</summary>
    public IEnumerable<string> NamedPartitions =>
        [.. Ignored, .. Deleted, .. Sizes.Select(size => size.Partition), .. new[] { Expand, Shrink }.OfType<string>()];
}
