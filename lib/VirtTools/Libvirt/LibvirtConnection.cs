using System.Runtime.InteropServices;
using VirtTools.Posix;

namespace VirtTools.Libvirt;

/// <summary>A connection to libvirt that only asks. All of it blocks, and belongs on one thread.</summary>
internal sealed class LibvirtConnection : IDisposable
{
    // More than a host has, and enough to notice a list that makes no sense.
    private const int MostDomains = 100_000;
    private const int LargestSecret = 64 * 1024;

    private readonly string? uri;
    private readonly bool owned;
    private nint handle;

    private LibvirtConnection(nint handle, string? uri, bool owned)
    {
        this.handle = handle;
        this.uri = uri;
        this.owned = owned;
    }

    /// <summary>Connects for reading.</summary>
    /// <param name="uri">libvirt's URI; null for what libvirt chooses (<c>LIBVIRT_DEFAULT_URI</c>, its configuration, what runs here).</param>
    /// <exception cref="LibvirtException">libvirt is missing or does not answer.</exception>
    public static LibvirtConnection Open(string? uri)
    {
        LibvirtLibrary.Require();
        var handle = LibvirtLibrary.OpenReadOnly(Terminated(uri));
        return handle != 0
            ? new(handle, uri, owned: true)
            : throw new LibvirtException("ECONNREFUSED", $"no connection to libvirt{Place(uri)}: {LibvirtLibrary.LastError()}; is its service running, and may this user use it? (-c chooses another, such as qemu:///session)");
    }

    /// <summary>The connection that a domain of the caller's own came from; it stays the caller's.</summary>
    public static LibvirtConnection Of(nint domain) => new(LibvirtLibrary.DomainConnection(domain), null, owned: false);

    /// <summary>Whether the guests' disks are files of another host.</summary>
    public bool IsRemote
    {
        get
        {
            var text = LibvirtLibrary.GetUri(handle);
            try
            {
                // driver[+transport]://[user@]host[:port]/...
                var address = LibvirtLibrary.StringAt(text) ?? "";
                var at = address.IndexOf("://", StringComparison.Ordinal);
                return at > 0 && at + 3 < address.Length && address[at + 3] != '/';
            }
            finally
            {
                FreeText(text);
            }
        }
    }

    /// <summary>Finds a guest.</summary>
    /// <param name="name">Its name, or its UUID where that is allowed; a UUID that no guest has is tried as a name.</param>
    /// <param name="allowUuid">Whether a UUID will do.</param>
    /// <exception cref="LibvirtException">ENOENT: there is no such guest.</exception>
    public LibvirtDomain Find(string name, bool allowUuid)
    {
        if (allowUuid && Guid.TryParse(name, out _) && LibvirtLibrary.DomainByUuid(handle, Terminated(name)) is not 0 and var byUuid)
        {
            return new(byUuid);
        }

        var domain = LibvirtLibrary.DomainByName(handle, Terminated(name));
        return domain != 0
            ? new(domain)
            : throw new LibvirtException("ENOENT", $"{name}: libvirt{Place(uri)} knows no such guest ({LibvirtLibrary.LastError()}); virsh list --all shows those it knows, -c asks another libvirt");
    }

    /// <summary>All guests, running or not, by name.</summary>
    /// <exception cref="LibvirtException">libvirt does not say.</exception>
    public unsafe IReadOnlyList<LibvirtGuest> List()
    {
        var count = LibvirtLibrary.ListAllDomains(handle, out var array, flags: 0);
        if (count < 0)
        {
            throw new LibvirtException("EIO", $"libvirt{Place(uri)} does not list its guests: {LibvirtLibrary.LastError()}; name one with -d, or its images with -a");
        }

        try
        {
            var guests = new List<LibvirtGuest>();
            foreach (var pointer in new ReadOnlySpan<nint>((void*)array, Math.Min(count, MostDomains)))
            {
                // Its reference is ours.
                using var domain = new LibvirtDomain(pointer);
                guests.Add(new(domain.Name, domain.Uuid));
            }

            guests.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
            return guests;
        }
        finally
        {
            NativeMemory.Free((void*)array);
        }
    }

    /// <summary>The path of a volume in a pool.</summary>
    /// <exception cref="LibvirtException">There is no such pool or volume, or it is no file or device of this host.</exception>
    public string PathOfVolume(string pool, string volume)
    {
        var poolHandle = LibvirtLibrary.PoolByName(handle, Terminated(pool));
        if (poolHandle == 0)
        {
            throw new LibvirtException("ENOENT", $"there is no storage pool {pool} ({LibvirtLibrary.LastError()}); virsh pool-list --all shows the pools");
        }

        try
        {
            return PathIn(poolHandle, pool, volume);
        }
        finally
        {
            _ = LibvirtLibrary.PoolFree(poolHandle);
        }
    }

    /// <summary>The value of a secret, which the read-only connection would not give away: a second one is made for it.</summary>
    /// <exception cref="LibvirtException">There is no such secret, it has no value, or this user may not read it.</exception>
    public unsafe byte[] SecretOf(DomainSecret secret)
    {
        var writing = LibvirtLibrary.Open(Terminated(uri));
        if (writing == 0)
        {
            throw new LibvirtException("EACCES", $"the secret {secret} cannot be read: {LibvirtLibrary.LastError()}; only who may change guests of this libvirt may read it");
        }

        nint found = 0;
        try
        {
            found = secret.Uuid is { } uuid
                ? LibvirtLibrary.SecretByUuid(writing, Terminated(uuid))
                : LibvirtLibrary.SecretByUsage(writing, (int)secret.Usage, Terminated(secret.UsageName));
            nuint size = 0;
            var value = found == 0 ? 0 : LibvirtLibrary.SecretValue(found, out size, flags: 0);
            if (value == 0 || size > LargestSecret)
            {
                throw new LibvirtException("EACCES", $"the secret {secret} cannot be read: {LibvirtLibrary.LastError()}; virsh secret-list shows the secrets, virsh secret-set-value gives one its value");
            }

            var content = new Span<byte>((void*)value, (int)size);
            var copy = content.ToArray();
            content.Clear();
            NativeMemory.Free((void*)value);
            return copy;
        }
        finally
        {
            if (found != 0)
            {
                _ = LibvirtLibrary.SecretFree(found);
            }

            _ = LibvirtLibrary.Close(writing);
        }
    }

    public void Dispose()
    {
        if (owned && handle != 0)
        {
            _ = LibvirtLibrary.Close(handle);
        }

        handle = 0;
    }

    private static string PathIn(nint pool, string poolName, string volume)
    {
        var found = LibvirtLibrary.VolumeByName(pool, Terminated(volume));
        if (found == 0)
        {
            throw new LibvirtException("ENOENT", $"there is no volume {volume} in the storage pool {poolName} ({LibvirtLibrary.LastError()}); virsh vol-list {poolName} shows its volumes, and a pool that is not started shows none");
        }

        try
        {
            var text = LibvirtLibrary.VolumePath(found);
            var path = LibvirtLibrary.StringAt(text) ?? "";
            FreeText(text);
            return path.StartsWith('/')
                ? path
                : throw new LibvirtException("ENOTSUP", $"the volume {volume} of the storage pool {poolName} is no file or device of this host ({path}); name it by its URI with -a");
        }
        finally
        {
            _ = LibvirtLibrary.VolumeFree(found);
        }
    }

    private static string Place(string? uri) => uri is null ? "" : $" at {uri}";

    /// <summary>An empty text is no pointer at all, so that libvirt chooses.</summary>
    private static ReadOnlySpan<byte> Terminated(string? text) => string.IsNullOrEmpty(text) ? default : ByteString.GetTerminated(text);

    private static unsafe void FreeText(nint text) => NativeMemory.Free((void*)text);
}

/// <summary>A guest that libvirt knows.</summary>
internal readonly record struct LibvirtGuest(string Name, string Uuid);
