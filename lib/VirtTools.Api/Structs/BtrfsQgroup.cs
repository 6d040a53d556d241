using VirtTools.Declarations;

namespace VirtTools;

/// <summary>A quota group of a btrfs file system.</summary>
/// <param name="BtrfsQgroupId">Id, such as <c>0/5</c>.</param>
/// <param name="BtrfsQgroupRfer">Bytes referred to.</param>
/// <param name="BtrfsQgroupExcl">Bytes that no other group refers to.</param>
[WireStruct("btrfsqgroup")]
public sealed record BtrfsQgroup(
    [Field("btrfsqgroup_id")] string BtrfsQgroupId,
    [Field("btrfsqgroup_rfer")] ulong BtrfsQgroupRfer,
    [Field("btrfsqgroup_excl")] ulong BtrfsQgroupExcl);
