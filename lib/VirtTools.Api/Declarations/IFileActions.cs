namespace VirtTools.Declarations;

/// <summary>Files and links of the guest: their kind, their names, copies and removal.</summary>
[Actions]
internal interface IFileActions
{
    /// <summary>Makes an empty file, or sets the times of an existing one to now.</summary>
    /// <exception cref="GuestfsException">EINVAL: the path is neither missing nor a plain file.</exception>
    [DaemonAction(3), Since(0, 0, 3)]
    void Touch([Pathname] string path);

    /// <summary>Removes one file.</summary>
    /// <exception cref="GuestfsException">EISDIR: the path is a directory. ENOENT: no such file.</exception>
    [DaemonAction(29), Since(0, 0, 8)]
    void Rm([Pathname] string path);

    /// <summary>Removes one file; that it is not there is no error.</summary>
    /// <exception cref="GuestfsException">EISDIR: the path is a directory.</exception>
    [DaemonAction(367), Since(1, 19, 42)]
    void RmF([Pathname] string path);

    /// <summary>Removes a file, or a directory with all below it.</summary>
    /// <exception cref="GuestfsException">EINVAL: the path is <c>/</c>.</exception>
    [DaemonAction(31), Since(0, 0, 8)]
    void RmRf([Pathname] string path);

    /// <summary>Whether the path leads to something. A dangling symbolic link does not.</summary>
    [DaemonAction(36), Since(0, 0, 8)]
    bool Exists([Pathname] string path);

    /// <summary>Whether the path is a plain file.</summary>
    /// <param name="followSymlinks">Look at what a symbolic link leads to.</param>
    [DaemonAction(37), Since(0, 0, 8), ShellAlias("is-file-opts")]
    bool IsFile([Pathname] string path, [Optional] bool? followSymlinks);

    /// <summary>Whether the path is a directory.</summary>
    /// <param name="followSymlinks">Look at what a symbolic link leads to.</param>
    [DaemonAction(38), Since(0, 0, 8), ShellAlias("is-dir-opts")]
    bool IsDir([Pathname] string path, [Optional] bool? followSymlinks);

    /// <summary>Whether the path is a character device.</summary>
    /// <param name="followSymlinks">Look at what a symbolic link leads to.</param>
    [DaemonAction(267), Since(1, 5, 10), ShellAlias("is-chardev-opts")]
    bool IsChardev([Pathname] string path, [Optional] bool? followSymlinks);

    /// <summary>Whether the path is a block device.</summary>
    /// <param name="followSymlinks">Look at what a symbolic link leads to.</param>
    [DaemonAction(268), Since(1, 5, 10), ShellAlias("is-blockdev-opts")]
    bool IsBlockdev([Pathname] string path, [Optional] bool? followSymlinks);

    /// <summary>Whether the path is a named pipe.</summary>
    /// <param name="followSymlinks">Look at what a symbolic link leads to.</param>
    [DaemonAction(269), Since(1, 5, 10), ShellAlias("is-fifo-opts")]
    bool IsFifo([Pathname] string path, [Optional] bool? followSymlinks);

    /// <summary>Whether the path is a Unix-domain socket.</summary>
    /// <param name="followSymlinks">Look at what a symbolic link leads to.</param>
    [DaemonAction(271), Since(1, 5, 10), ShellAlias("is-socket-opts")]
    bool IsSocket([Pathname] string path, [Optional] bool? followSymlinks);

    /// <summary>Whether the path itself is a symbolic link.</summary>
    [DaemonAction(270), Since(1, 5, 10)]
    bool IsSymlink([Pathname] string path);

    /// <summary>What file(1) makes of the content, in words; for a link, a directory or a device only what kind it is.</summary>
    /// <exception cref="GuestfsException">ENOENT: no such file.</exception>
    [DaemonAction(49), Since(1, 9, 1)]
    string File([DeviceOrPath] string path);

    /// <summary>The architecture that a program, library, kernel or initrd was built for, such as <c>x86_64</c>.</summary>
    /// <param name="filename">The binary, or an initrd that holds one.</param>
    /// <exception cref="GuestfsException">EINVAL: no binary was found.</exception>
    [DaemonAction(475), Since(1, 5, 3)]
    string FileArchitecture([Pathname] string filename);

    /// <summary>Copies one file; an existing destination is overwritten.</summary>
    /// <param name="dest">A path, or a directory to put the copy into.</param>
    [DaemonAction(87), Since(1, 0, 18)]
    void Cp([Pathname] string src, [Pathname] string dest);

    /// <summary>Copies a file or a tree with owners, modes, times and attributes.</summary>
    /// <param name="dest">A path, or a directory to put the copy into.</param>
    [DaemonAction(88), Since(1, 0, 18)]
    void CpA([Pathname] string src, [Pathname] string dest);

    /// <summary>Copies a file or a tree.</summary>
    /// <param name="dest">A path, or a directory to put the copy into.</param>
    [DaemonAction(401), Since(1, 21, 38)]
    void CpR([Pathname] string src, [Pathname] string dest);

    /// <summary>Moves a file or directory, between file systems too.</summary>
    /// <param name="dest">A path, or a directory to move into.</param>
    [DaemonAction(89), Since(1, 0, 18)]
    void Mv([Pathname] string src, [Pathname] string dest);

    /// <summary>Gives a file another name in the same file system, by rename(2).</summary>
    /// <exception cref="GuestfsException">EXDEV: the two paths are on different file systems.</exception>
    [DaemonAction(394), Since(1, 21, 5)]
    void Rename([Pathname] string oldPath, [Pathname] string newPath);

    /// <summary>Whether two files have the same content.</summary>
    /// <exception cref="GuestfsException">ENOENT: no such file.</exception>
    [DaemonAction(93), Since(1, 0, 18)]
    bool Equal([Pathname] string file1, [Pathname] string file2);

    /// <summary>The size of a file in bytes.</summary>
    /// <exception cref="GuestfsException">ENOENT: no such file.</exception>
    [DaemonAction(218), Since(1, 0, 82)]
    long Filesize([Pathname] string file);

    /// <summary>The path without symbolic links, <c>.</c> and <c>..</c>.</summary>
    /// <exception cref="GuestfsException">ENOENT: no such file.</exception>
    [DaemonAction(163), Since(1, 0, 66)]
    string Realpath([Pathname] string path);

    /// <summary>What a symbolic link says.</summary>
    /// <exception cref="GuestfsException">EINVAL: the path is no symbolic link.</exception>
    [DaemonAction(168), Since(1, 0, 66)]
    string Readlink([Pathname] string path);

    /// <summary>Makes a hard link.</summary>
    /// <param name="target">An existing file.</param>
    /// <param name="linkName">The new name.</param>
    /// <exception cref="GuestfsException">EEXIST: the new name is taken.</exception>
    [DaemonAction(164), Since(1, 0, 66)]
    void Ln(string target, [Pathname] string linkName);

    /// <summary>Makes a hard link, in place of what has that name.</summary>
    /// <param name="target">An existing file.</param>
    /// <param name="linkName">The new name.</param>
    [DaemonAction(165), Since(1, 0, 66)]
    void LnF(string target, [Pathname] string linkName);

    /// <summary>Makes a symbolic link.</summary>
    /// <param name="target">What the link says; it need not exist.</param>
    /// <param name="linkName">The link.</param>
    /// <exception cref="GuestfsException">EEXIST: the name is taken.</exception>
    [DaemonAction(166), Since(1, 0, 66)]
    void LnS(string target, [Pathname] string linkName);

    /// <summary>Makes a symbolic link, in place of what has that name.</summary>
    /// <param name="target">What the link says; it need not exist.</param>
    /// <param name="linkName">The link.</param>
    [DaemonAction(167), Since(1, 0, 66)]
    void LnSf(string target, [Pathname] string linkName);

    /// <summary>The path as it is spelled on a file system that ignores case. Only the last part may be missing.</summary>
    /// <exception cref="GuestfsException">ENOENT: a directory of the path is missing. EINVAL: two names differ only in case.</exception>
    [DaemonAction(197), Since(1, 0, 75)]
    string CaseSensitivePath([Pathname] string path);

    /// <summary>Makes an empty file with a name of its own, mode 0600, and returns the name.</summary>
    /// <param name="tmpl">Path whose last part ends in <c>XXXXXX</c>, which is replaced.</param>
    /// <param name="suffix">Added after the replaced part.</param>
    [DaemonAction(373), Since(1, 19, 53)]
    string Mktemp([Pathname] string tmpl, [Optional] string? suffix);
}
