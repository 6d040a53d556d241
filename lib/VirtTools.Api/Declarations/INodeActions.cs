namespace VirtTools.Declarations;

/// <summary>Device files and named pipes in the guest.</summary>
[Actions]
internal interface INodeActions
{
    /// <summary>Makes a device file, pipe or plain file.</summary>
    /// <param name="mode">Kind and permission bits as mknod(2) takes them; the umask is taken off.</param>
    /// <param name="devMajor">Major number.</param>
    /// <param name="devMinor">Minor number.</param>
    /// <exception cref="GuestfsException">EEXIST: the name is taken.</exception>
    [DaemonAction(133), Since(1, 0, 55), FeatureGroup("mknod")]
    void Mknod(int mode, int devMajor, int devMinor, [Pathname] string path);

    /// <summary>Makes a named pipe.</summary>
    /// <param name="mode">Permission bits; the umask is taken off.</param>
    /// <exception cref="GuestfsException">EEXIST: the name is taken.</exception>
    [DaemonAction(134), Since(1, 0, 55), FeatureGroup("mknod")]
    void Mkfifo(int mode, [Pathname] string path);

    /// <summary>Makes a block device file.</summary>
    /// <param name="mode">Permission bits; the umask is taken off.</param>
    /// <param name="devMajor">Major number.</param>
    /// <param name="devMinor">Minor number.</param>
    [DaemonAction(135), Since(1, 0, 55), FeatureGroup("mknod")]
    void MknodB(int mode, int devMajor, int devMinor, [Pathname] string path);

    /// <summary>Makes a character device file.</summary>
    /// <param name="mode">Permission bits; the umask is taken off.</param>
    /// <param name="devMajor">Major number.</param>
    /// <param name="devMinor">Minor number.</param>
    [DaemonAction(136), Since(1, 0, 55), FeatureGroup("mknod")]
    void MknodC(int mode, int devMajor, int devMinor, [Pathname] string path);
}
