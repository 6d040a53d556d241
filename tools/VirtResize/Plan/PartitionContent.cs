namespace VirtTools.Commands.Plan;

/// <summary>How a content becomes larger.</summary>
internal enum ExpandMethod
{
    None,
    Pvresize,
    Resize2fs,
    Ntfsresize,
    BtrfsFilesystemResize,
    XfsGrowfs,
    Mkswap,
    ResizeF2fs,
}

/// <summary>What a partition or logical volume holds.</summary>
/// <param name="Type">As <c>vfs_type</c> calls it, such as <c>ext4</c>; empty for what nobody recognises.</param>
/// <param name="Size">How many bytes the content takes, up to its last one; null where nobody looked or it cannot be known.</param>
internal sealed record PartitionContent(string Type, long? Size = null)
{
    private const string PhysicalVolumeType = "LVM2_member";

    private const long SmallestBtrfs = 256 * 1024 * 1024; // below that the kernel's btrfs_ioctl_resize refuses any size

    public static readonly PartitionContent Unknown = new("");

    public bool IsPhysicalVolume => Type == PhysicalVolumeType;

    public bool IsSwap => Type == "swap";

    public bool IsUnknown => Type.Length == 0;

    /// <summary>How it becomes larger; none for what cannot.</summary>
    public ExpandMethod Method => Type switch
    {
        PhysicalVolumeType => ExpandMethod.Pvresize,
        "ext2" or "ext3" or "ext4" => ExpandMethod.Resize2fs,
        "ntfs" => ExpandMethod.Ntfsresize,
        "btrfs" => ExpandMethod.BtrfsFilesystemResize,
        "xfs" => ExpandMethod.XfsGrowfs,
        "swap" => ExpandMethod.Mkswap,
        "f2fs" => ExpandMethod.ResizeF2fs,
        _ => ExpandMethod.None,
    };

    /// <summary>How it becomes so large; none for what cannot.</summary>
    public ExpandMethod MethodFor(long size) => Method == ExpandMethod.BtrfsFilesystemResize && size < SmallestBtrfs ? ExpandMethod.None : Method;

    /// <summary>The method's name, as the original calls it.</summary>
    public static string NameOf(ExpandMethod method) => method switch
    {
        ExpandMethod.Pvresize => "pvresize",
        ExpandMethod.Resize2fs => "resize2fs",
        ExpandMethod.Ntfsresize => "ntfsresize",
        ExpandMethod.BtrfsFilesystemResize => "btrfs-filesystem-resize",
        ExpandMethod.XfsGrowfs => "xfs_growfs",
        ExpandMethod.Mkswap => "mkswap",
        ExpandMethod.ResizeF2fs => "resize.f2fs",
        _ => "",
    };

    /// <summary>The words for it in a sentence.</summary>
    public string Words => IsPhysicalVolume ? "LVM PV" : IsSwap ? "swap partition" : IsUnknown ? "unknown data" : $"filesystem {Type}";
}
