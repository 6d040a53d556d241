using VirtTools.Wire;

namespace VirtTools.Declarations;

/// <summary>Directories of the guest.</summary>
[Actions]
internal interface IDirectoryActions
{
    /// <summary>Makes a directory, mode 0777 less the umask.</summary>
    /// <exception cref="GuestfsException">EEXIST: the name is taken. ENOENT: the parent is missing.</exception>
    [DaemonAction(32), Since(0, 0, 8)]
    void Mkdir([Pathname] string path);

    /// <summary>Makes a directory and its missing parents; that it is there already is no error.</summary>
    /// <exception cref="GuestfsException">ENOTDIR: something on the way is no directory.</exception>
    [DaemonAction(33), Since(0, 0, 8)]
    void MkdirP([Pathname] string path);

    /// <summary>Makes a directory with the given mode.</summary>
    /// <param name="mode">Permission bits; the umask is taken off.</param>
    /// <exception cref="GuestfsException">EEXIST: the name is taken.</exception>
    [DaemonAction(202), Since(1, 0, 77)]
    void MkdirMode([Pathname] string path, int mode);

    /// <summary>Removes an empty directory.</summary>
    /// <exception cref="GuestfsException">ENOTEMPTY: it is not empty.</exception>
    [DaemonAction(30), Since(0, 0, 8)]
    void Rmdir([Pathname] string path);

    /// <summary>Makes a directory with a name of its own, mode 0700, and returns the name.</summary>
    /// <param name="tmpl">Path whose last part ends in <c>XXXXXX</c>, which is replaced.</param>
    [DaemonAction(117), Since(1, 0, 54)]
    string Mkdtemp([Pathname] string tmpl);

    /// <summary>What <c>ls -la</c> says of a directory, for people to read. Owners are numbers: their names are the guest's to give.</summary>
    [DaemonAction(5), Since(0, 0, 4)]
    string Ll([Pathname] string directory);

    /// <summary>The paths that match a shell pattern, sorted; none is no error.</summary>
    /// <param name="pattern">Absolute path with <c>*</c>, <c>?</c>, <c>[...]</c> and <c>{a,b}</c>.</param>
    /// <param name="directorySlash">Whether directories end in a slash; the default is true.</param>
    [DaemonAction(113), Since(1, 0, 50), ShellAlias("glob-expand-opts")]
    string[] GlobExpand([Pathname] string pattern, [Optional] bool? directorySlash);

    /// <summary>Writes the names of everything below a directory, without the directory itself, each ending in a zero byte.</summary>
    /// <param name="directory">The directory. Where it does not end in a slash, each name begins with one: <c>/etc</c> gives <c>/fstab</c>, <c>/etc/</c> gives <c>fstab</c>.</param>
    /// <param name="files">Receives the names, relative to the directory.</param>
    [DaemonAction(196), Since(1, 0, 74), Cancellable]
    void Find0([Pathname] string directory, OutgoingFile files);

    /// <summary>Writes the names in a directory, without <c>.</c> and <c>..</c>, each ending in a zero byte.</summary>
    /// <param name="filenames">Receives the names.</param>
    [DaemonAction(347), Since(1, 19, 32)]
    void Ls0([Pathname] string dir, OutgoingFile filenames);

    /// <summary>Writes the entries of a directory as encoded <c>dirent</c> structs.</summary>
    /// <param name="filename">Receives the entries.</param>
    [DaemonAction(511), Since(1, 48, 2), InternalAction]
    void InternalReaddir([Pathname] string dir, OutgoingFile filename);

    /// <summary>What each of the links says; an empty string for one that is no link.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="names">Names in that directory.</param>
    [DaemonAction(206), Since(1, 19, 32), InternalAction]
    string[] InternalReadlinklist([Pathname] string path, [Filename] IReadOnlyList<string> names);

    /// <summary>Makes <c>lost+found</c> in the root directory of an ext file system.</summary>
    /// <param name="mountpoint">Where the file system is mounted.</param>
    [DaemonAction(374), Since(1, 19, 56)]
    void MklostAndFound([Pathname] string mountpoint);
}
