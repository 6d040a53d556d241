using VirtTools.Declarations;

namespace VirtTools;

/// <summary>A volume group of LVM.</summary>
/// <param name="VgName">Name.</param>
/// <param name="VgUuid">UUID, 32 characters.</param>
/// <param name="VgFmt">Format of the metadata, such as <c>lvm2</c>.</param>
/// <param name="VgAttr">Attribute letters, as vgs(8) explains them.</param>
/// <param name="VgSize">Size in bytes.</param>
/// <param name="VgFree">Bytes not allocated.</param>
/// <param name="VgSysid">System id of the host that owns it; mostly empty.</param>
/// <param name="VgExtentSize">Size of an extent in bytes.</param>
/// <param name="VgExtentCount">Number of extents.</param>
/// <param name="VgFreeCount">Number of extents not allocated.</param>
/// <param name="MaxLv">Most logical volumes allowed; 0 for no limit.</param>
/// <param name="MaxPv">Most physical volumes allowed; 0 for no limit.</param>
/// <param name="PvCount">Number of physical volumes.</param>
/// <param name="LvCount">Number of logical volumes.</param>
/// <param name="SnapCount">Number of snapshots.</param>
/// <param name="VgSeqno">How often the metadata was changed.</param>
/// <param name="VgTags">Tags, with commas between.</param>
/// <param name="VgMdaCount">Number of metadata areas.</param>
/// <param name="VgMdaFree">Bytes free in the metadata areas.</param>
[WireStruct("lvm_vg")]
public sealed record LvmVg(
    string VgName,
    [Uuid] string VgUuid,
    string VgFmt,
    string VgAttr,
    long VgSize,
    long VgFree,
    string VgSysid,
    long VgExtentSize,
    long VgExtentCount,
    long VgFreeCount,
    long MaxLv,
    long MaxPv,
    long PvCount,
    long LvCount,
    long SnapCount,
    long VgSeqno,
    string VgTags,
    long VgMdaCount,
    long VgMdaFree);
