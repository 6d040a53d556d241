using VirtTools.Handle;
using VirtTools.Libvirt;
using VirtTools.Posix;

namespace VirtTools;

/// <summary>Adding the disks of a libvirt guest.</summary>
public sealed partial class Guestfs
{
    private protected override int AddDomainCore(string dom, AddDomainOptions? options) =>
        AddGuest(ActionDescriptors.AddDomain, options ?? new(), dom, () =>
        {
            var connection = LibvirtConnection.Open(options?.LibvirtUri);
            try
            {
                return (connection, connection.Find(dom, options?.AllowUuid ?? false));
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        });

    private protected override Task<int> AddDomainCoreAsync(string dom, AddDomainOptions? options, CancellationToken cancellationToken) =>
        DedicatedThread.Run("libvirt", () => AddDomainCore(dom, options)).WaitAsync(cancellationToken);

    private protected override int AddLibvirtDomCore(long dom, AddLibvirtDomOptions? options)
    {
        var choice = new AddDomainOptions
        {
            ReadOnly = options?.ReadOnly,
            Iface = options?.Iface,
            ReadOnlyDisk = options?.ReadOnlyDisk,
            CacheMode = options?.CacheMode,
            Discard = options?.Discard,
            CopyOnRead = options?.CopyOnRead,
        };
        return AddGuest(ActionDescriptors.AddLibvirtDom, choice, "libvirt domain", () =>
        {
            var domain = LibvirtDomain.Shared((nint)dom);
            return (LibvirtConnection.Of(domain.Handle), domain);
        });
    }

    private protected override Task<int> AddLibvirtDomCoreAsync(long dom, AddLibvirtDomOptions? options, CancellationToken cancellationToken) =>
        DedicatedThread.Run("libvirt", () => AddLibvirtDomCore(dom, options)).WaitAsync(cancellationToken);

    /// <summary>All disks of a guest, or none.</summary>
    private int AddGuest(
        ActionDescriptor action, AddDomainOptions options, string name, Func<(LibvirtConnection Connection, LibvirtDomain Domain)> find)
    {
        var readOnly = options.ReadOnly ?? false;
        var rule = ReadOnlyDiskRule(action, options.ReadOnlyDisk);
        var before = _drives.Count;
        try
        {
            var (connection, domain) = find();
            using (connection)
            using (domain)
            {
                if (!readOnly && domain.IsLive)
                {
                    throw new LibvirtException("EBUSY", $"{domain.Name}: the guest is running, and writing to its disks would destroy them; shut it down first, or add it read-only (--ro)");
                }

                var disks = new DomainDrives(connection, domain.Name, readOnly, rule);
                foreach (var disk in DomainXml.DisksOf(domain.Xml(), domain.Name))
                {
                    AddDisk(action, disks, disk, options);
                }

                return _drives.Count > before
                    ? _drives.Count - before
                    : throw new LibvirtException("ENOENT", $"{domain.Name}: the guest has no disk that could be opened");
            }
        }
        catch (Exception e) when (e is LibvirtException or GuestfsException)
        {
            TakeBackDrives(before);
            throw e is LibvirtException refused ? new GuestfsException(action.Name, refused.ErrnoName, refused.Message, refused) : e;
        }
    }

    private void AddDisk(ActionDescriptor action, DomainDrives drives, DomainDisk disk, AddDomainOptions options)
    {
        if (drives.Find(disk, Warn) is not { } place)
        {
            return;
        }

        try
        {
            AddDrive(action, place.Path, new AddDriveOptions
            {
                ReadOnly = place.IsReadOnly,
                Format = disk.Format,
                Protocol = place.Protocol,
                Server = disk.Servers.Count > 0 ? disk.Servers : null,
                Username = disk.User,
                Secret = place.Secret,
                Iface = options.Iface,
                CacheMode = options.CacheMode,
                Discard = options.Discard,
                CopyOnRead = options.CopyOnRead,
                BlockSize = disk.BlockSize,
            });
        }
        catch (GuestfsException e)
        {
            throw new LibvirtException(e.ErrnoName ?? "EIO", drives.Explain(disk, e.Message));
        }
    }

    private static ReadOnlyDisks ReadOnlyDiskRule(ActionDescriptor action, string? rule) => rule switch
    {
        null or "write" => ReadOnlyDisks.Written,
        "read" => ReadOnlyDisks.Read,
        "error" => ReadOnlyDisks.Refused,
        "ignore" => ReadOnlyDisks.LeftOut,
        _ => throw Error(action, "EINVAL", $"{rule}: readonlydisk is error, read, write or ignore"),
    };

    private void TakeBackDrives(int count)
    {
        foreach (var drive in _drives[count..])
        {
            drive.Dispose();
        }

        _drives.RemoveRange(count, _drives.Count - count);
    }
}
