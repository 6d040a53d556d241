namespace VirtTools.Declarations;

/// <summary>Extended attributes of files.</summary>
[Actions]
internal interface IXattrActions
{
    /// <summary>All extended attributes of a file; symbolic links are followed.</summary>
    [DaemonAction(141), Since(1, 0, 59), FeatureGroup("linuxxattrs")]
    Xattr[] Getxattrs([Pathname] string path);

    /// <summary>All extended attributes of a file, or of a symbolic link itself.</summary>
    [DaemonAction(142), Since(1, 0, 59), FeatureGroup("linuxxattrs")]
    Xattr[] Lgetxattrs([Pathname] string path);

    /// <summary>The value of an extended attribute; symbolic links are followed.</summary>
    /// <param name="name">Name such as <c>user.comment</c>.</param>
    /// <exception cref="GuestfsException">ENODATA: the file has no such attribute.</exception>
    [DaemonAction(279), Since(1, 7, 24), FeatureGroup("linuxxattrs")]
    byte[] Getxattr([Pathname] string path, string name);

    /// <summary>The value of an extended attribute of a file, or of a symbolic link itself.</summary>
    /// <param name="name">Name such as <c>user.comment</c>.</param>
    /// <exception cref="GuestfsException">ENODATA: the file has no such attribute.</exception>
    [DaemonAction(280), Since(1, 7, 24), FeatureGroup("linuxxattrs")]
    byte[] Lgetxattr([Pathname] string path, string name);

    /// <summary>Sets an extended attribute; symbolic links are followed.</summary>
    /// <param name="xattr">Name such as <c>user.comment</c>.</param>
    /// <param name="val">The value.</param>
    /// <param name="valLen">How many bytes of the value to take.</param>
    [DaemonAction(143), Since(1, 0, 59), FeatureGroup("linuxxattrs")]
    void Setxattr(string xattr, string val, int valLen, [Pathname] string path);

    /// <summary>Sets an extended attribute of a file, or of a symbolic link itself.</summary>
    /// <param name="xattr">Name such as <c>user.comment</c>.</param>
    /// <param name="val">The value.</param>
    /// <param name="valLen">How many bytes of the value to take.</param>
    [DaemonAction(144), Since(1, 0, 59), FeatureGroup("linuxxattrs")]
    void Lsetxattr(string xattr, string val, int valLen, [Pathname] string path);

    /// <summary>Removes an extended attribute; symbolic links are followed.</summary>
    /// <param name="xattr">Name such as <c>user.comment</c>.</param>
    /// <exception cref="GuestfsException">ENODATA: the file has no such attribute.</exception>
    [DaemonAction(145), Since(1, 0, 59), FeatureGroup("linuxxattrs")]
    void Removexattr(string xattr, [Pathname] string path);

    /// <summary>Removes an extended attribute of a file, or of a symbolic link itself.</summary>
    /// <param name="xattr">Name such as <c>user.comment</c>.</param>
    /// <exception cref="GuestfsException">ENODATA: the file has no such attribute.</exception>
    [DaemonAction(146), Since(1, 0, 59), FeatureGroup("linuxxattrs")]
    void Lremovexattr(string xattr, [Pathname] string path);

    /// <summary>The extended attributes of several names in one directory, in one list that is divided by attributes without a name.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="names">Names in that directory.</param>
    [DaemonAction(205), Since(1, 19, 32), FeatureGroup("linuxxattrs"), InternalAction]
    Xattr[] InternalLxattrlist([Pathname] string path, [Filename] IReadOnlyList<string> names);
}
