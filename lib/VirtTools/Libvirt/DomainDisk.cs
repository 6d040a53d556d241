namespace VirtTools.Libvirt;

/// <summary>Where a disk of a guest is, as its description says.</summary>
internal enum DomainDiskKind
{
    File,
    Block,
    Network,
    Volume,

    /// <summary>Something that cannot be opened from here: a folder, an NVMe controller, a vhost-user socket.</summary>
    Other,
}

/// <summary>What a secret of libvirt is used for (VIR_SECRET_USAGE_TYPE_...).</summary>
internal enum SecretUsage
{
    None,
    Volume,
    Ceph,
    Iscsi,
    Tls,
}

/// <summary>The secret that a network disk names, by its UUID or by what it is used for.</summary>
internal sealed record DomainSecret(string? Uuid, SecretUsage Usage, string UsageName)
{
    public override string ToString() => Uuid ?? UsageName;
}

/// <summary>A disk, CD-ROM or floppy of a guest.</summary>
internal sealed record DomainDisk
{
    public DomainDiskKind Kind { get; init; }

    /// <summary>The type attribute, for messages.</summary>
    public string TypeName { get; init; } = "";

    /// <summary>The name that the guest's bus gives it, such as <c>vda</c>.</summary>
    public string Target { get; init; } = "";

    /// <summary>The file or device; for a network disk its name at the server; for a volume its name in the pool. Null where no medium is in.</summary>
    public string? Source { get; init; }

    public string? Pool { get; init; }

    /// <summary>For a network disk.</summary>
    public string? Protocol { get; init; }

    /// <summary>Servers of a network disk as <c>host</c>, <c>host:port</c> or <c>unix:/path</c>.</summary>
    public IReadOnlyList<string> Servers { get; init; } = [];

    public string? User { get; init; }

    public DomainSecret? Secret { get; init; }

    /// <summary>The driver's type, which the administrator chose and which is trusted; null where the description does not say.</summary>
    public string? Format { get; init; }

    /// <summary>
    /// Formats of the files under the source (<c>backingStore</c>) by their paths: trusted like its own, where the header of an image records none.
    /// </summary>
    public IReadOnlyDictionary<string, string> BackingFormats { get; init; } = new Dictionary<string, string>();

    /// <summary>Marked <c>readonly</c>.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Sector size that the guest is shown; null where the description does not say.</summary>
    public int? BlockSize { get; init; }

    /// <summary>Only a part of the source is the disk.</summary>
    public bool IsSlice { get; init; }

    /// <summary>The guest may run without it (<c>startupPolicy</c> other than mandatory).</summary>
    public bool IsOptional { get; init; }
}
