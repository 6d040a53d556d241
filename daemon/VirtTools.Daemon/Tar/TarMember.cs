using VirtTools.Posix;

namespace VirtTools.Daemon.Tar;

/// <summary>A member of an archive as its headers describe it.</summary>
/// <param name="Name">As it stands in the archive.</param>
/// <param name="Link">Where a link leads; empty for anything else.</param>
/// <param name="Size">Length of its content in bytes.</param>
internal sealed record TarMember(
    MemberKind Kind, string Name, string Link, uint Permissions, uint User, uint Group, long Size, FileTime Modified, DeviceNumber Device)
{
    /// <summary>Whether content follows the header: links and folders may say a size and have none.</summary>
    public bool HasContent => Kind is MemberKind.Regular or MemberKind.OldRegular or MemberKind.Contiguous;
}
