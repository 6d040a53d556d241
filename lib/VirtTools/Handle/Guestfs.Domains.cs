using VirtTools.Handle;
using VirtTools.Libvirt;
using VirtTools.Posix;

namespace VirtTools;

/// <summary>Adding the disks of a libvirt guest.</summary>
public sealed partial class Guestfs
{
    private protected override int AddDomainCore(string dom, AddDomainOptions? options) =>
        AppendAll(ActionDescriptors.AddDomain, FindDrives(dom, options ?? new()));

    private protected override Task<int> AddDomainCoreAsync(string dom, AddDomainOptions? options, CancellationToken cancellationToken) =>
        AppendAllAsync(ActionDescriptors.AddDomain, () => FindDrives(dom, options ?? new()), cancellationToken);

    private protected override int AddLibvirtDomCore(long dom, AddLibvirtDomOptions? options) =>
        AppendAll(ActionDescriptors.AddLibvirtDom, FindDrives(dom, options ?? new()));

    private protected override Task<int> AddLibvirtDomCoreAsync(long dom, AddLibvirtDomOptions? options, CancellationToken cancellationToken) =>
        AppendAllAsync(ActionDescriptors.AddLibvirtDom, () => FindDrives(dom, options ?? new()), cancellationToken);

    private List<Drive> FindDrives(string dom, AddDomainOptions options) => FindDrives(ActionDescriptors.AddDomain, options, () =>
    {
        var connection = LibvirtConnection.Open(options.LibvirtUri);
        try
        {
            return (connection, connection.Find(dom, options.AllowUuid ?? false));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    private List<Drive> FindDrives(long dom, AddLibvirtDomOptions options)
    {
        var choice = new AddDomainOptions
        {
            ReadOnly = options.ReadOnly,
            Iface = options.Iface,
            ReadOnlyDisk = options.ReadOnlyDisk,
            CacheMode = options.CacheMode,
            Discard = options.Discard,
            CopyOnRead = options.CopyOnRead,
        };
        return FindDrives(ActionDescriptors.AddLibvirtDom, choice, () =>
        {
            var domain = LibvirtDomain.Shared((nint)dom);
            return (LibvirtConnection.Of(domain.Handle), domain);
        });
    }

    /// <summary>All disks of a guest, open, or none. Does not touch the handle, so it can go on where nobody waits for it any more.</summary>
    private List<Drive> FindDrives(ActionDescriptor action, AddDomainOptions options, Func<(LibvirtConnection Connection, LibvirtDomain Domain)> find)
    {
        var readOnly = options.ReadOnly ?? false;
        var rule = ReadOnlyDiskRule(action, options.ReadOnlyDisk);
        List<Drive> found = [];
        try
        {
            var (connection, domain) = find();
            using (connection)
            using (domain)
            {
                if (!readOnly && domain.IsLive)
                {
                    throw new LibvirtException("EBUSY", $"{domain.Name}: the guest is running, and writing to its disks would destroy them; shut it down first, or add it read-only");
                }

                var disks = new DomainDrives(connection, domain.Name, readOnly, rule);
                foreach (var disk in DomainXml.DisksOf(domain.Xml(), domain.Name))
                {
                    if (disks.Find(disk, Warn) is { } place)
                    {
                        found.Add(DriveAt(action, place, disk, disks, options));
                    }
                }

                return found.Count > 0 ? found : throw new LibvirtException("ENOENT", $"{domain.Name}: the guest has no disk that could be opened; virsh domblklist {domain.Name} shows what it has");
            }
        }
        catch (Exception e)
        {
            found.ForEach(drive => drive.Dispose());
            if (e is LibvirtException refused)
            {
                throw new GuestfsException(action.Name, refused.ErrnoName, refused.Message, refused);
            }

            throw;
        }
    }

    private Drive DriveAt(ActionDescriptor action, DomainDrivePlace place, DomainDisk disk, DomainDrives drives, AddDomainOptions options)
    {
        try
        {
            return NewDrive(action, place.Path, new AddDriveOptions
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
            }, disk.BackingFormats);
        }
        catch (GuestfsException e)
        {
            var prefix = $"{action.Name}: ";
            var plain = e.Message.StartsWith(prefix, StringComparison.Ordinal) ? e.Message[prefix.Length..] : e.Message;
            throw new LibvirtException(e.ErrnoName ?? "EIO", drives.Explain(disk, plain));
        }
    }

    private int AppendAll(ActionDescriptor action, List<Drive> drives)
    {
        var before = _drives.Count;
        for (var i = 0; i < drives.Count; i++)
        {
            try
            {
                Append(action, drives[i]);
            }
            catch
            {
                TakeBackDrives(before);
                drives[i..].ForEach(drive => drive.Dispose());
                throw;
            }
        }

        return drives.Count;
    }

    private async Task<int> AppendAllAsync(ActionDescriptor action, Func<List<Drive>> find, CancellationToken cancellationToken)
    {
        var finding = DedicatedThread.Run("libvirt", find);
        try
        {
            return AppendAll(action, await finding.WaitAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // libvirt cannot be interrupted: what it still brings is closed again.
            _ = CloseWhenFoundAsync(finding);
            throw;
        }
    }

    private static async Task CloseWhenFoundAsync(Task<List<Drive>> finding)
    {
        try
        {
            (await finding.ConfigureAwait(false)).ForEach(drive => drive.Dispose());
        }
        catch (GuestfsException)
        {
            // Nothing was found, and nobody waits for the reason.
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
