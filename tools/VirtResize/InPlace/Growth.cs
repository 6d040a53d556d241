using VirtTools.Commands.Plan;
using VirtTools.Commands.Tables;

namespace VirtTools.Commands.InPlace;

/// <summary>A logical volume that has grown.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Content">What it holds.</param>
/// <param name="OldSize">Size in bytes before.</param>
/// <param name="NewSize">Size in bytes now.</param>
internal sealed record GrownVolume(string Name, PartitionContent Content, long OldSize, long NewSize);

/// <summary>What has grown on a disk.</summary>
/// <param name="Table">The table as it was found.</param>
/// <param name="Plan">Where its partitions lie now.</param>
/// <param name="Content">What lies in the partition that has grown.</param>
/// <param name="Volumes">The logical volumes that have grown.</param>
internal sealed record Growth(PartitionTable Table, GrowthPlan Plan, PartitionContent Content, IReadOnlyList<GrownVolume> Volumes)
{
    /// <summary>Sector size of the disk in bytes.</summary>
    public int SectorSize => Table.Geometry.SectorSize;

    /// <summary>The partitions that have grown: the last one, and the extended one around it.</summary>
    public IEnumerable<PlacedEntry> Partitions => Plan.Entries.Where(entry => entry.Count != entry.Origin!.Count).OrderBy(entry => entry.Number);

    /// <summary>All of it as a sentence.</summary>
    public string Summary
    {
        get
        {
            var what = Content.IsPhysicalVolume ? "physical volume" : $"file system ({Content.Type})";
            var volumes = string.Concat(Volumes.Select(volume => $", and {volume.Name} with its file system ({volume.Content.Type}) has what was free"));
            return $"{GrowthPlan.Device(Plan.Grown.Number)} and its {what} have {Plan.Grown.Count * SectorSize} bytes now{volumes}";
        }
    }
}
