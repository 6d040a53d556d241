namespace VirtTools.Declarations;

/// <summary>What directories hold, and what is known of each name there.</summary>
[Actions]
internal interface IListingActions
{
    /// <summary>The names in a directory, sorted, without <c>.</c> and <c>..</c>.</summary>
    [LibraryAction, Since(0, 0, 4), Blocking]
    string[] Ls([Pathname] string directory);

    /// <summary>The names of everything below a directory, sorted, relative to it.</summary>
    /// <param name="directory">The directory. Where it does not end in a slash, each name begins with one: <c>/etc</c> gives <c>/fstab</c>, <c>/etc/</c> gives <c>fstab</c>.</param>
    [LibraryAction, Since(1, 0, 27), Blocking]
    string[] Find([Pathname] string directory);

    /// <summary>The entries of a directory in no order, with <c>.</c> and <c>..</c>.</summary>
    /// <param name="dir">The directory.</param>
    [LibraryAction, Since(1, 0, 55), Progress, Cancellable, Blocking]
    Dirent[] Readdir([Pathname] string dir);

    /// <summary>What each of the links says; an empty string for one that is no link.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="names">Names in that directory.</param>
    [LibraryAction, Since(1, 0, 77), Blocking]
    string[] Readlinklist([Pathname] string path, [Filename] IReadOnlyList<string> names);

    /// <summary><c>lstatns</c> of several names in one directory; one that fails has the inode number -1.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="names">Names in that directory.</param>
    [LibraryAction, Since(1, 27, 53), Blocking]
    StatNs[] Lstatnslist([Pathname] string path, [Filename] IReadOnlyList<string> names);

    /// <summary><c>lstat</c> of several names in one directory; one that fails has the inode number -1.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="names">Names in that directory.</param>
    [LibraryAction, Since(1, 0, 77), DeprecatedBy("lstatnslist"), Blocking]
    Stat[] Lstatlist([Pathname] string path, [Filename] IReadOnlyList<string> names);

    /// <summary>The extended attributes of several names in one directory, in one list that is divided by attributes without a name.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="names">Names in that directory.</param>
    [LibraryAction, Since(1, 0, 77), FeatureGroup("linuxxattrs"), Blocking]
    Xattr[] Lxattrlist([Pathname] string path, [Filename] IReadOnlyList<string> names);

    /// <summary>What is known of a file; symbolic links are followed.</summary>
    /// <exception cref="GuestfsException">ENOENT: no such file.</exception>
    [LibraryAction, Since(1, 9, 2), DeprecatedBy("statns"), Blocking]
    Stat Stat([Pathname] string path);

    /// <summary>What is known of a file or of a symbolic link itself.</summary>
    /// <exception cref="GuestfsException">ENOENT: no such file.</exception>
    [LibraryAction, Since(1, 9, 2), DeprecatedBy("lstatns"), Blocking]
    Stat Lstat([Pathname] string path);
}
