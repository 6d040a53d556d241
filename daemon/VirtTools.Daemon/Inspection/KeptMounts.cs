using VirtTools.Daemon.Mounts;

namespace VirtTools.Daemon.Inspection;

/// <summary>
/// File systems that inspection has looked at and left mounted, read-only and out of sight. What comes next is nearly always mount_ro of the same
/// ones, and the kernel then uses what is there instead of reading everything again. Any other call lets go of them first: for it the devices
/// must be free.
/// </summary>
internal sealed class KeptMounts
{
    private const string InspectionPrefix = "inspect_get_";
    private const string MountReadOnly = "mount_ro";

    private readonly List<TemporaryMount> _mounts = [];

    /// <summary>Keeps a mount, which is disposed of here.</summary>
    public void Keep(TemporaryMount mount) => _mounts.Add(mount);

    /// <summary>An action begins.</summary>
    public void PrepareFor(ActionDescriptor action)
    {
        if (_mounts.Count > 0 && action.Name != MountReadOnly && !action.Name.StartsWith(InspectionPrefix, StringComparison.Ordinal))
        {
            Release();
        }
    }

    /// <summary>Unmounts all.</summary>
    /// <exception cref="Posix.PosixException">One cannot be unmounted.</exception>
    public void Release()
    {
        while (_mounts.Count > 0)
        {
            var last = _mounts[^1];
            _mounts.RemoveAt(_mounts.Count - 1);
            last.Dispose();
        }
    }
}
