using System.Text.Json.Serialization;
using VirtTools.Commands.Plan;
using VirtTools.Commands.Tables;

namespace VirtTools.Commands;

/// <summary>The document of <c>--json</c>: the plan, and whether it was carried out.</summary>
internal sealed record PlanDocument(
    string Input,
    string Output,
    string Table,
    int SectorSize,
    long InputSize,
    long OutputSize,
    long Surplus,
    bool FirstPartitionMoved,
    bool Done,
    IReadOnlyList<PartitionDocument> Partitions,
    IReadOnlyList<VolumeDocument> LogicalVolumes,
    IReadOnlyList<string> Warnings);

/// <summary>A partition in it; places and sizes in bytes.</summary>
internal sealed record PartitionDocument(
    string Name,
    string Operation,
    string Role,
    PlaceDocument? Source,
    PlaceDocument? Target,
    string? Content,
    string? ExpandMethod);

/// <summary>Where a partition lies.</summary>
internal sealed record PlaceDocument(int Number, long Start, long Size);

/// <summary>A logical volume that becomes larger.</summary>
internal sealed record VolumeDocument(string Name, string? Content, string? ExpandMethod);

[JsonSerializable(typeof(PlanDocument))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
internal sealed partial class PlanJsonContext : JsonSerializerContext;

/// <summary>Makes the document.</summary>
internal static class PlanJson
{
    public static PartitionDocument Of(PlannedPartition partition, int sectorSize, bool expands)
    {
        var method = expands ? PartitionContent.NameOf(partition.ExpandMethod) : "";
        return new(
            partition.Name,
            partition.Operation.ToString().ToLowerInvariant(),
            (partition.Target?.Role ?? partition.Source!.Role).ToString().ToLowerInvariant(),
            partition.Source is { } source ? new(source.Number, source.First * sectorSize, source.Count * sectorSize) : null,
            partition.Target is { } target ? new(target.Number, target.First * sectorSize, target.Count * sectorSize) : null,
            partition.Content.IsUnknown ? null : partition.Content.Type,
            method.Length > 0 ? method : null);
    }

    public static VolumeDocument Of(string name, PartitionContent content)
    {
        var method = PartitionContent.NameOf(content.Method);
        return new(name, content.IsUnknown ? null : content.Type, method.Length > 0 ? method : null);
    }

    public static string NameOf(TableKind kind) => kind == TableKind.Gpt ? "gpt" : "mbr";
}
