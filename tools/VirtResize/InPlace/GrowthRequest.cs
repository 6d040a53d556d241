using VirtTools.CommandLine.Options;
using VirtTools.Commands.Plan;

namespace VirtTools.Commands.InPlace;

/// <summary>What <c>--in-place</c> is asked for.</summary>
/// <param name="Image">The image.</param>
/// <param name="Size">The disk's size afterwards; null to keep it and to use what is free at its end.</param>
/// <param name="Partition">The partition that <c>--expand</c> names; null is the last one.</param>
/// <param name="Volumes">The logical volumes that <c>--LV-expand</c> names; none chooses one where there is no choice.</param>
/// <param name="ForcesNtfs">Whether NTFS is resized although it is marked for a check.</param>
internal sealed record GrowthRequest(ImageChoice Image, SizeChange? Size, string? Partition, IReadOnlyList<string> Volumes, bool ForcesNtfs)
{
    private const int Unit = 512; // what QEMU counts disks in

    /// <summary>Size of the disk in bytes afterwards, of whole sectors.</summary>
    /// <param name="now">What it is now.</param>
    public long NewSize(long now)
    {
        var bytes = Size?.Apply(now) ?? now;
        return (Math.Min(bytes, long.MaxValue - Unit) + Unit - 1) / Unit * Unit;
    }
}
