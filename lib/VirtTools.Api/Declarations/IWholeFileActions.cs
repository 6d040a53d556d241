namespace VirtTools.Declarations;

/// <summary>Whole files and trees, of any size.</summary>
[Actions]
internal interface IWholeFileActions
{
    /// <summary>The content of a file as text.</summary>
    /// <exception cref="GuestfsException">ENOENT: no such file.</exception>
    [LibraryAction, Since(0, 0, 4), Blocking]
    string Cat([Pathname] string path);

    /// <summary>The content of a file.</summary>
    /// <exception cref="GuestfsException">ENOENT: no such file. EFBIG: larger than memory can hold.</exception>
    [LibraryAction, Since(1, 0, 63), Blocking]
    byte[] ReadFile([Pathname] string path);

    /// <summary>The lines of a file without their ends; CR LF ends a line too.</summary>
    /// <exception cref="GuestfsException">ENOENT: no such file.</exception>
    [LibraryAction, Since(0, 0, 7), Blocking]
    string[] ReadLines([Pathname] string path);

    /// <summary>Makes a file with that content, in place of an older one.</summary>
    [LibraryAction, Since(1, 3, 14), Blocking]
    void Write([Pathname] string path, ReadOnlyMemory<byte> content);

    /// <summary>Puts the content at the end of a file, which is made if it is missing.</summary>
    [LibraryAction, Since(1, 11, 18), Blocking]
    void WriteAppend([Pathname] string path, ReadOnlyMemory<byte> content);

    /// <summary>Copies a file or a folder of the host into a directory of the guest.</summary>
    /// <param name="localPath">Path on the host.</param>
    /// <param name="remoteDir">An existing directory.</param>
    /// <exception cref="GuestfsException">ENOTDIR: no such directory.</exception>
    [LibraryAction, Since(1, 29, 24), Blocking, NotInShell]
    void CopyIn(string localPath, [Pathname] string remoteDir);

    /// <summary>Copies a file or a directory of the guest into a folder of the host.</summary>
    /// <param name="remotePath">Path in the guest.</param>
    /// <param name="localDir">An existing folder of the host.</param>
    [LibraryAction, Since(1, 29, 24), Blocking, NotInShell]
    void CopyOut([Pathname] string remotePath, string localDir);
}
