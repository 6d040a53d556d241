namespace VirtTools.Commands;

/// <summary>A line of <c>virt-ls -lR</c>.</summary>
/// <param name="Path">Path in the guest.</param>
/// <param name="Status">What is known of the file.</param>
/// <param name="Target">Where a symbolic link leads; null for other files.</param>
/// <param name="Checksum">Checksum of a regular file's content; null if none was asked for or it could not be read.</param>
internal sealed record FileEntry(string Path, StatNs Status, string? Target = null, string? Checksum = null)
{
    // st_mode, inode(7).
    private const long KindMask = 0xF000;
    private const long Regular = 0x8000;
    private const long Folder = 0x4000;
    private const long Link = 0xA000;

    public bool IsDirectory => IsOf(Status, Folder);

    /// <summary>The letter of the file's kind; u for one that stat(2) does not know.</summary>
    public char Type => (Status.StMode & KindMask) switch
    {
        Regular => '-',
        Folder => 'd',
        Link => 'l',
        0x1000 => 'p',
        0x2000 => 'c',
        0x6000 => 'b',
        0xC000 => 's',
        _ => 'u',
    };

    public long Permissions => Status.StMode & 0xFFF;

    public static bool IsRegular(StatNs status) => IsOf(status, Regular);

    public static bool IsLink(StatNs status) => IsOf(status, Link);

    private static bool IsOf(StatNs status, long kind) => (status.StMode & KindMask) == kind;
}
