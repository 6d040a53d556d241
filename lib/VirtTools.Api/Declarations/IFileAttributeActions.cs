namespace VirtTools.Declarations;

/// <summary>Modes, owners and times of files of the guest.</summary>
[Actions]
internal interface IFileAttributeActions
{
    /// <summary>What is known of a file, with times in nanoseconds; symbolic links are followed.</summary>
    /// <exception cref="GuestfsException">ENOENT: no such file.</exception>
    [DaemonAction(421), Since(1, 27, 53)]
    StatNs Statns([Pathname] string path);

    /// <summary>What is known of a file or of a symbolic link itself, with times in nanoseconds.</summary>
    /// <exception cref="GuestfsException">ENOENT: no such file.</exception>
    [DaemonAction(422), Since(1, 27, 53)]
    StatNs Lstatns([Pathname] string path);

    /// <summary><c>lstatns</c> of several names in one directory; one that fails has the inode number -1.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="names">Names in that directory.</param>
    [DaemonAction(423), Since(1, 27, 53), InternalAction]
    StatNs[] InternalLstatnslist([Pathname] string path, [Filename] IReadOnlyList<string> names);

    /// <summary>Sets the mode of a file.</summary>
    /// <param name="mode">Permission bits.</param>
    /// <exception cref="GuestfsException">EINVAL: the mode is negative or larger than 07777.</exception>
    [DaemonAction(34), Since(0, 0, 8)]
    void Chmod(int mode, [Pathname] string path);

    /// <summary>Sets owner and group by number; symbolic links are followed.</summary>
    /// <param name="owner">User id; -1 leaves it.</param>
    /// <param name="group">Group id; -1 leaves it.</param>
    [DaemonAction(35), Since(0, 0, 8)]
    void Chown(int owner, int group, [Pathname] string path);

    /// <summary>Sets owner and group by number, of a symbolic link itself.</summary>
    /// <param name="owner">User id; -1 leaves it.</param>
    /// <param name="group">Group id; -1 leaves it.</param>
    [DaemonAction(203), Since(1, 0, 77)]
    void Lchown(int owner, int group, [Pathname] string path);

    /// <summary>Sets the times of last access and last change.</summary>
    /// <param name="atSecs">Seconds since 1970 of the last access.</param>
    /// <param name="atNsecs">Nanoseconds; -1 for now, -2 to leave the time as it is.</param>
    /// <param name="mtSecs">Seconds since 1970 of the last change.</param>
    /// <param name="mtNsecs">Nanoseconds; -1 for now, -2 to leave the time as it is.</param>
    [DaemonAction(201), Since(1, 0, 77)]
    void Utimens([Pathname] string path, long atSecs, long atNsecs, long mtSecs, long mtNsecs);

    /// <summary>Sets the daemon's umask, which new files and directories lose from their mode, and returns the old one.</summary>
    /// <param name="mask">0 to 0777; 022 after launch.</param>
    /// <exception cref="GuestfsException">EINVAL: out of range.</exception>
    [DaemonAction(137), Since(1, 0, 55)]
    int Umask(int mask);

    /// <summary>The daemon's umask.</summary>
    [DaemonAction(240), Since(1, 3, 4)]
    int GetUmask();

    /// <summary>Copies attributes from one file to another.</summary>
    /// <param name="all">Everything; the other three are then ignored.</param>
    /// <param name="mode">Permission bits.</param>
    /// <param name="xAttributes">Extended attributes.</param>
    /// <param name="ownership">Owner and group.</param>
    [DaemonAction(415), Since(1, 25, 21)]
    void CopyAttributes(
        [Pathname] string src,
        [Pathname] string dest,
        [Optional] bool? all,
        [Optional] bool? mode,
        [Optional] bool? xAttributes,
        [Optional] bool? ownership);
}
