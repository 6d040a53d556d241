using VirtTools.Posix;

namespace VirtTools.Launch;

/// <summary>
/// Tells one content of a file from another without reading it: whoever writes to a file or puts another in its place changes its change time,
/// which nobody can set. The device number is left out, since it may change with the next boot.
/// </summary>
/// <param name="Inode">Inode number.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Modified">Modification time.</param>
/// <param name="Changed">Change time.</param>
internal readonly record struct FileIdentity(ulong Inode, long Size, FileTime Modified, FileTime Changed)
{
    public static FileIdentity Of(in FileStatus status) => new(status.Inode, status.Size, status.ModificationTime, status.ChangeTime);

    public override string ToString() =>
        $"{Inode} {Size} {Modified.Seconds}.{Modified.Nanoseconds:D9} {Changed.Seconds}.{Changed.Nanoseconds:D9}";
}
