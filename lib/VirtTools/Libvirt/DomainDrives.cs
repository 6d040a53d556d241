using VirtTools.Posix;

namespace VirtTools.Libvirt;

/// <summary>What is done with disks that the guest itself may only read.</summary>
internal enum ReadOnlyDisks
{
    /// <summary>Added like the others.</summary>
    Written,

    /// <summary>Added read-only.</summary>
    Read,

    /// <summary>The guest is refused, unless it is only looked at.</summary>
    Refused,

    /// <summary>Not added.</summary>
    LeftOut,
}

/// <summary>Where a drive of a guest is.</summary>
/// <param name="Path">The file or device, or the name at a server.</param>
/// <param name="Protocol">How the server is talked to; null for a file or device.</param>
/// <param name="Secret">Password for the server.</param>
/// <param name="IsReadOnly">How it is added.</param>
internal sealed record DomainDrivePlace(string Path, string? Protocol, string? Secret, bool IsReadOnly);

/// <summary>Decides which disks of a guest become drives.</summary>
internal sealed class DomainDrives(LibvirtConnection connection, string guest, bool readOnly, ReadOnlyDisks rule)
{
    /// <summary>Where the disk is; null where it does not become a drive: no medium, left out by the rule, optional and missing, out of reach.</summary>
    /// <exception cref="LibvirtException">It should become one, and cannot.</exception>
    public DomainDrivePlace? Find(DomainDisk disk, Action<string> warn)
    {
        if (disk.Source is null || (disk.IsReadOnly && rule == ReadOnlyDisks.LeftOut))
        {
            return null;
        }

        if (disk.IsReadOnly && !readOnly && rule == ReadOnlyDisks.Refused)
        {
            throw new LibvirtException("EROFS", $"{Name(disk)}: the guest itself may only read this disk (<readonly/> in its description); readonlydisk \"read\" adds it so");
        }

        if (disk.IsSlice)
        {
            throw new LibvirtException("ENOTSUP", $"{Name(disk)}: the disk is a slice of its source, which is not supported; name the whole source with -a");
        }

        if (disk.Kind == DomainDiskKind.Other)
        {
            warn($"{Name(disk)}: a disk of the type {disk.TypeName} cannot be opened from here and is left out");
            return null;
        }

        var asReadOnly = readOnly || (disk.IsReadOnly && rule is ReadOnlyDisks.Read or ReadOnlyDisks.Refused);
        return Place(disk, asReadOnly);
    }

    /// <summary>A failure to add a disk, with the guest's name and what is known about it.</summary>
    public string Explain(DomainDisk disk, string failure) =>
        $"{Name(disk)}: {failure}{(disk.Kind != DomainDiskKind.Network && connection.IsRemote ? "; libvirt was asked on another host, and its disks must be reachable here under the same path" : "")}";

    private DomainDrivePlace? Place(DomainDisk disk, bool asReadOnly)
    {
        switch (disk.Kind)
        {
            case DomainDiskKind.Network:
                return new(PathAtServer(disk), disk.Protocol, disk.Secret is { } secret ? SecretText(disk, secret) : null, asReadOnly);
            case DomainDiskKind.Volume when disk.Pool is not null:
                return new(Asked(disk, () => connection.PathOfVolume(disk.Pool, disk.Source!)), null, null, asReadOnly);
            case DomainDiskKind.Volume:
                throw new LibvirtException("EINVAL", $"{Name(disk)}: the description names a volume and no pool; correct it with virsh edit {guest}");
            default:
                return disk.IsOptional && IsMissing(disk.Source!) ? null : new(disk.Source!, null, null, asReadOnly);
        }
    }

    // libvirt leaves the first slash of paths and addresses out.
    private static string PathAtServer(DomainDisk disk) =>
        disk.Protocol is "nbd" or "iscsi" or "rbd" || disk.Source!.StartsWith('/') ? disk.Source! : $"/{disk.Source}";

    // Keys of Ceph are passed on as base64, passwords as they are.
    private string SecretText(DomainDisk disk, DomainSecret secret)
    {
        var value = Asked(disk, () => connection.SecretOf(secret));
        try
        {
            return disk.Protocol == "rbd" ? Convert.ToBase64String(value) : ByteString.GetString(value);
        }
        finally
        {
            Array.Clear(value);
        }
    }

    // What libvirt does not tell about a disk, said of that disk.
    private T Asked<T>(DomainDisk disk, Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (LibvirtException e)
        {
            throw new LibvirtException(e.ErrnoName, $"{Name(disk)}: {e.Message}");
        }
    }

    private static bool IsMissing(string path)
    {
        try
        {
            return Descriptors.TryStat(path) is null;
        }
        catch (PosixException)
        {
            return false;
        }
    }

    private string Name(DomainDisk disk) => disk.Target.Length > 0 ? $"{guest}: disk {disk.Target}" : guest;
}
