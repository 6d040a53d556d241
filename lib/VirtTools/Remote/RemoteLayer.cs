using Microsoft.Win32.SafeHandles;
using VirtTools.Images;

namespace VirtTools.Remote;

/// <summary>A disk behind a server as the appliance's QEMU sees it: raw bytes behind a socket that is connected already. Each QEMU gets a connection of its own.</summary>
/// <param name="Disk">Makes the connections.</param>
/// <param name="ReadOnly">Whether writes are refused.</param>
internal sealed record RemoteLayer(RemoteDisk Disk, bool ReadOnly)
    : ImageLayer(new SafeFileHandle(-1, ownsHandle: false), ImageFormat.Raw.Name, ReadOnly, RawSize: null);
