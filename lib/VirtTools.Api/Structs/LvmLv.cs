using VirtTools.Declarations;

namespace VirtTools;

/// <summary>A logical volume of LVM.</summary>
/// <param name="LvName">Name, without that of its group.</param>
/// <param name="LvUuid">UUID, 32 characters.</param>
/// <param name="LvAttr">Attribute letters, as lvs(8) explains them.</param>
/// <param name="LvMajor">Major device number that was asked for; -1 for none.</param>
/// <param name="LvMinor">Minor device number that was asked for; -1 for none.</param>
/// <param name="LvKernelMajor">Major device number while it is active; -1 otherwise.</param>
/// <param name="LvKernelMinor">Minor device number while it is active; -1 otherwise.</param>
/// <param name="LvSize">Size in bytes.</param>
/// <param name="SegCount">Number of segments.</param>
/// <param name="Origin">Volume that a snapshot was taken of; else empty.</param>
/// <param name="SnapPercent">How full a snapshot is, in percent; null for other volumes.</param>
/// <param name="CopyPercent">How far copying or mirroring has come, in percent; null where nothing is copied.</param>
/// <param name="MovePv">Physical volume that is being moved; else empty.</param>
/// <param name="LvTags">Tags, with commas between.</param>
/// <param name="MirrorLog">Volume that holds the log of a mirror; else empty.</param>
/// <param name="Modules">Kernel modules that it needs, with commas between.</param>
[WireStruct("lvm_lv")]
public sealed record LvmLv(
    string LvName,
    [Uuid] string LvUuid,
    string LvAttr,
    long LvMajor,
    long LvMinor,
    long LvKernelMajor,
    long LvKernelMinor,
    long LvSize,
    long SegCount,
    string Origin,
    float? SnapPercent,
    float? CopyPercent,
    string MovePv,
    string LvTags,
    string MirrorLog,
    string Modules);
