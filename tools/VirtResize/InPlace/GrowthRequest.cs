using VirtTools.CommandLine.Options;

namespace VirtTools.Commands.InPlace;

/// <summary>What <c>--in-place</c> is asked for.</summary>
/// <param name="Image">The image.</param>
/// <param name="Size">The disk's size afterwards; null to keep it and to use what is free at its end.</param>
/// <param name="Partition">The partition that <c>--expand</c> names; null is the last one.</param>
/// <param name="Volume">The logical volume that <c>--LV-expand</c> names; null chooses one where there is no choice.</param>
internal sealed record GrowthRequest(DriveChoice Image, NewSize? Size, string? Partition, string? Volume);

/// <summary>The size that a disk shall have.</summary>
/// <param name="Bytes">A number of bytes.</param>
/// <param name="IsAddition">The disk shall have so many more than it has, not so many.</param>
internal readonly record struct NewSize(long Bytes, bool IsAddition)
{
    private const int Unit = 512; // what QEMU counts disks in

    /// <summary>The size in bytes, of whole sectors.</summary>
    public long Of(long now)
    {
        var bytes = IsAddition ? now + Bytes : Bytes;
        return (bytes + Unit - 1) / Unit * Unit;
    }
}
