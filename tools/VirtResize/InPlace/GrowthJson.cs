using System.Text.Json.Serialization;
using VirtTools.Commands.Plan;
using VirtTools.Commands.Tables;

namespace VirtTools.Commands.InPlace;

/// <summary>The document of <c>--in-place --json</c>. What it shares with that of a copy has the same name there.</summary>
internal sealed record GrowthDocument(
    string Input,
    string Output,
    string Format,
    string Table,
    int SectorSize,
    long InputSize,
    long OutputSize,
    bool Done,
    IReadOnlyList<PartitionDocument> Partitions,
    IReadOnlyList<GrownVolumeDocument> LogicalVolumes,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Makes the document.</summary>
    /// <param name="image">The image, as the user named it.</param>
    /// <param name="format">Its format.</param>
    /// <param name="sizes">Sizes of the disk in bytes, before and afterwards.</param>
    /// <param name="growth">What has grown.</param>
    /// <param name="isDone">Whether it is in the image.</param>
    /// <param name="warnings">What the user should know besides.</param>
    public static GrowthDocument Of(string image, string format, (long Old, long New) sizes, Growth growth, bool isDone, IReadOnlyList<string> warnings) => new(
        image,
        image,
        format,
        PlanJson.NameOf(growth.Table.Kind),
        growth.SectorSize,
        sizes.Old,
        sizes.New,
        isDone,
        [.. growth.Partitions.Select(entry => Of(entry, growth))],
        [.. growth.Volumes.Select(Of)],
        warnings);

    private static PartitionDocument Of(PlacedEntry entry, Growth growth)
    {
        // An extended partition grows around the one whose content grows.
        var content = entry.Number == growth.Plan.Grown.Number ? growth.Content : PartitionContent.Unknown;
        return PlanJson.Of(
            new(GrowthPlan.Device(entry.Number), PartitionOperation.Resize, entry.Origin, entry, content)
            {
                OldSize = entry.Origin!.Count * growth.SectorSize,
                NewSize = entry.Count * growth.SectorSize,
            },
            growth.SectorSize,
            expands: true);
    }

    private static GrownVolumeDocument Of(GrownVolume volume)
    {
        var (name, content, method) = PlanJson.Of(volume.Name, volume.Content);
        return new(name, volume.OldSize, volume.NewSize, content, method);
    }
}

/// <summary>A logical volume that has grown; sizes in bytes.</summary>
internal sealed record GrownVolumeDocument(string Name, long OldSize, long NewSize, string? Content, string? ExpandMethod);

[JsonSerializable(typeof(GrowthDocument))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class GrowthJsonContext : JsonSerializerContext;
