using VirtTools.Declarations;

namespace VirtTools;

/// <summary>A physical volume of LVM.</summary>
/// <param name="PvName">Device that it is on.</param>
/// <param name="PvUuid">UUID, 32 characters.</param>
/// <param name="PvFmt">Format of the metadata, such as <c>lvm2</c>.</param>
/// <param name="PvSize">Usable size in bytes.</param>
/// <param name="DevSize">Size of the device in bytes.</param>
/// <param name="PvFree">Bytes not allocated.</param>
/// <param name="PvUsed">Bytes allocated.</param>
/// <param name="PvAttr">Attribute letters, as pvs(8) explains them.</param>
/// <param name="PvPeCount">Number of extents.</param>
/// <param name="PvPeAllocCount">Number of extents allocated.</param>
/// <param name="PvTags">Tags, with commas between.</param>
/// <param name="PeStart">Where the data starts on the device, in bytes.</param>
/// <param name="PvMdaCount">Number of metadata areas.</param>
/// <param name="PvMdaFree">Bytes free in the metadata areas.</param>
[WireStruct("lvm_pv")]
public sealed record LvmPv(
    [Device] string PvName,
    [Uuid] string PvUuid,
    string PvFmt,
    long PvSize,
    long DevSize,
    long PvFree,
    long PvUsed,
    string PvAttr,
    long PvPeCount,
    long PvPeAllocCount,
    string PvTags,
    long PeStart,
    long PvMdaCount,
    long PvMdaFree);
