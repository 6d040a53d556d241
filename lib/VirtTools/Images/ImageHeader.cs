namespace VirtTools.Images;

/// <summary>What a second file is to the image that names it.</summary>
internal enum NamedFileRole
{
    /// <summary>Holds what the image itself does not: becomes a read-only layer under it.</summary>
    Backing,

    /// <summary>Holds the whole disk byte for byte; the image is only a description of it.</summary>
    FlatExtent,

    /// <summary>Anything that QEMU opens by name only: extents, data files, parents of differencing disks.</summary>
    Unreachable,
}

/// <summary>A second file that an image names.</summary>
/// <param name="Role">What it is for.</param>
/// <param name="What">The field's word for it, such as <c>backing file</c>.</param>
/// <param name="Name">As the header has it; empty where the header knows it only by an identifier.</param>
/// <param name="Format">The format that the header records for it.</param>
/// <param name="Size">For a flat extent, its size in bytes.</param>
internal sealed record NamedFile(NamedFileRole Role, string What, string Name, string? Format = null, long? Size = null);

/// <summary>What the host wants to know from the header of an image.</summary>
internal sealed record ImageHeader
{
    /// <summary>Size in bytes of the disk inside, a multiple of 512; null where the header does not say it plainly.</summary>
    public long? VirtualSize { get; init; }

    /// <summary>A second file that belongs to the disk.</summary>
    public NamedFile? NamedFile { get; init; }

    /// <summary>The image says of itself that it is damaged and must not be written.</summary>
    public bool MarkedCorrupt { get; init; }
}
