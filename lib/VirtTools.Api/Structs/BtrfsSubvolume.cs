using VirtTools.Declarations;

namespace VirtTools;

/// <summary>A subvolume of a btrfs file system.</summary>
/// <param name="BtrfsSubvolumeId">Id.</param>
/// <param name="BtrfsSubvolumeTopLevelId">Id of the subvolume that it is in.</param>
/// <param name="BtrfsSubvolumePath">Path from the top of the file system, without a slash in front.</param>
[WireStruct("btrfssubvolume")]
public sealed record BtrfsSubvolume(
    [Field("btrfssubvolume_id")] ulong BtrfsSubvolumeId,
    [Field("btrfssubvolume_top_level_id")] ulong BtrfsSubvolumeTopLevelId,
    [Field("btrfssubvolume_path")] string BtrfsSubvolumePath);
