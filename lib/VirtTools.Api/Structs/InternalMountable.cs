using VirtTools.Declarations;

namespace VirtTools;

/// <summary>A mountable taken apart.</summary>
/// <param name="ImType">0 device, 1 btrfs subvolume, 2 path.</param>
/// <param name="ImDevice">The device.</param>
/// <param name="ImVolume">The subvolume; empty for a device.</param>
[WireStruct("internal_mountable")]
internal sealed record InternalMountable(
    int ImType,
    string ImDevice,
    string ImVolume);
