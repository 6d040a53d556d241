namespace VirtTools.Commands;

/// <summary>A file system that was read.</summary>
/// <param name="Device">Device or btrfs subvolume.</param>
/// <param name="Type">Type such as <c>ext4</c>.</param>
/// <param name="Counts">Sizes and free space.</param>
internal sealed record FilesystemUsage(string Device, string Type, StatVfs Counts)
{
    public Int128 TotalBytes => Bytes(Counts.Blocks);

    public Int128 UsedBytes => Bytes(Counts.Blocks - Counts.Bfree);

    public Int128 AvailableBytes => Bytes(Counts.Bavail);

    public long UsedInodes => Counts.Files - Counts.Ffree;

    /// <summary>Used share of all blocks, as the original reckons it: blocks kept for root count as free.</summary>
    public double UsedPercent => Percent(Counts.Blocks, Counts.Bfree);

    /// <summary>Used share of all inodes; 0 where a file system has no fixed number of them.</summary>
    public double UsedInodesPercent => Percent(Counts.Files, Counts.Ffree);

    private Int128 Bytes(long blocks) => (Int128)blocks * Counts.Bsize;

    private static double Percent(long all, long free) => all == 0 ? 0 : 100.0 - (100.0 * free / all);
}

/// <summary>A file system, or a whole guest, that could not be read.</summary>
/// <param name="Device">The file system; null for the guest.</param>
/// <param name="Type">Type of the file system; null if nobody knows.</param>
/// <param name="Reason">Why, as a sentence without the guest's name.</param>
internal sealed record ReadFailure(string? Device, string? Type, string Reason);

/// <summary>What was found out about a guest.</summary>
/// <param name="Name">How the report calls the guest.</param>
/// <param name="Filesystems">What was read.</param>
/// <param name="Failures">What was not.</param>
/// <param name="Time">When, in seconds since 1970.</param>
internal sealed record GuestUsage(string Name, IReadOnlyList<FilesystemUsage> Filesystems, IReadOnlyList<ReadFailure> Failures, long Time)
{
    /// <summary>Whether the guest could be opened at all.</summary>
    public bool IsReadable => Failures.All(f => f.Device is not null);
}
