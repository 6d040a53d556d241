namespace VirtTools.CommandLine.Options;

/// <summary>Something that the command line names and that becomes drives of the appliance.</summary>
internal abstract record DriveChoice
{
    /// <summary>How reports call a guest that has only this.</summary>
    public abstract string DisplayName { get; }
}

/// <summary>An image that <c>-a</c> names.</summary>
/// <param name="Path">Path of the image file or block device, relative or absolute.</param>
/// <param name="Format">Format that <c>--format</c> gave for it; null to find out.</param>
/// <param name="BlockSize">Sector size in bytes that <c>--blocksize</c> gave for it; null for the default.</param>
internal sealed record ImageChoice(string Path, string? Format = null, int? BlockSize = null) : DriveChoice
{
    /// <summary>Formats of files under the image, by their paths, where a libvirt guest's description has them.</summary>
    public IReadOnlyDictionary<string, string>? BackingFormats { get; init; }

    public override string DisplayName => Path.TrimEnd('/') is var path ? path[(path.LastIndexOf('/') + 1)..] : "";
}

/// <summary>A libvirt guest with all its disks.</summary>
/// <param name="Name">Its name, or its UUID.</param>
/// <param name="IsNameOnly">The name comes from libvirt and is no UUID, even if it looks like one.</param>
/// <param name="Label">How reports call it, where not by its name.</param>
internal sealed record DomainChoice(string Name, bool IsNameOnly = false, string? Label = null) : DriveChoice
{
    public override string DisplayName => Label ?? Name;
}

/// <summary>A disk behind a server, which <c>-a</c> names by a URI.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Format">Format that <c>--format</c> gave for it; null to find out.</param>
/// <param name="BlockSize">Sector size in bytes that <c>--blocksize</c> gave for it; null for the default.</param>
internal sealed record RemoteChoice(DiskUri Address, string? Format = null, int? BlockSize = null) : DriveChoice
{
    public override string DisplayName => Address.DisplayName;
}
