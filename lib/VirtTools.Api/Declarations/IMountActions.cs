namespace VirtTools.Declarations;

/// <summary>Mounting file systems of the guest, and what is mounted.</summary>
[Actions]
internal interface IMountActions
{
    /// <summary>Mounts a file system at a place in the guest's tree, for reading and writing. No option is added that was not asked for.</summary>
    /// <param name="mountpoint">Absolute path in the guest; <c>/</c> must be mounted before anything below it.</param>
    /// <exception cref="GuestfsException">EINVAL: not a file system that the appliance knows. ENOENT: no such mount point.</exception>
    [DaemonAction(1), Since(0, 0, 3)]
    void Mount([Mountable] string mountable, string mountpoint);

    /// <summary>Mounts a file system for reading only. A journal that needs it is still replayed, into memory or into the drive's overlay.</summary>
    /// <param name="mountpoint">Absolute path in the guest.</param>
    /// <exception cref="GuestfsException">EINVAL: not a file system that the appliance knows. ENOENT: no such mount point.</exception>
    [DaemonAction(73), Since(1, 0, 10)]
    void MountRo([Mountable] string mountable, string mountpoint);

    /// <summary>Mounts a file system with the options given.</summary>
    /// <param name="options">Options as mount(8) takes them after <c>-o</c>, with commas between; may be empty.</param>
    /// <param name="mountpoint">Absolute path in the guest.</param>
    /// <exception cref="GuestfsException">EINVAL: an option is unknown.</exception>
    [DaemonAction(74), Since(1, 0, 10)]
    void MountOptions(string options, [Mountable] string mountable, string mountpoint);

    /// <summary>Mounts a file system with the options and the type given.</summary>
    /// <param name="options">Options as mount(8) takes them after <c>-o</c>; may be empty.</param>
    /// <param name="vfsType">Type of the file system, such as <c>ext4</c>; empty to find out.</param>
    /// <param name="mountpoint">Absolute path in the guest.</param>
    [DaemonAction(75), Since(1, 0, 10)]
    void MountVfs(string options, string vfsType, [Mountable] string mountable, string mountpoint);

    /// <summary>Mounts a file of the guest that holds a file system.</summary>
    /// <param name="file">The file that holds the file system.</param>
    /// <param name="mountpoint">Where to mount it.</param>
    [DaemonAction(129), Since(1, 0, 54)]
    void MountLoop([Pathname] string file, [Pathname] string mountpoint);

    /// <summary>Changes whether a mounted file system can be written.</summary>
    /// <param name="rw">True for reading and writing, false for reading only; required although it is an optional argument.</param>
    /// <exception cref="GuestfsException">EINVAL: <c>rw</c> was not given, or nothing is mounted there.</exception>
    [DaemonAction(402), Since(1, 23, 2)]
    void Remount([Pathname] string mountpoint, [Optional] bool? rw);

    /// <summary>Unmounts a file system, named by its device or by where it is mounted.</summary>
    /// <param name="force">Detach although the file system does not answer.</param>
    /// <param name="lazyUnmount">Detach from the tree now, clean up when nothing uses it any more.</param>
    /// <exception cref="GuestfsException">EBUSY: something uses the file system. EINVAL: it is not mounted.</exception>
    [DaemonAction(45), Since(0, 0, 8), ShellAlias("unmount", "umount-opts")]
    void Umount([DeviceOrPath] string pathOrDevice, [Optional] bool? force, [Optional] bool? lazyUnmount);

    /// <summary>Unmounts every file system of the guest, the innermost first.</summary>
    [DaemonAction(47), Since(0, 0, 8), ShellAlias("unmount-all")]
    void UmountAll();

    /// <summary>The devices and subvolumes that are mounted.</summary>
    [DaemonAction(46), Since(0, 0, 8)]
    [return: Mountable]
    string[] Mounts();

    /// <summary>What is mounted and where.</summary>
    /// <returns>Device or subvolume → mount point.</returns>
    [DaemonAction(147), Since(1, 0, 62)]
    OrderedDictionary<string, string> Mountpoints();

    /// <summary>Makes a folder to mount on before a root is mounted. Anything else there is lost when a root is mounted over it.</summary>
    /// <param name="exemptPath">Absolute path, whose parent must exist.</param>
    [DaemonAction(148), Since(1, 0, 62)]
    void Mkmountpoint(string exemptPath);

    /// <summary>Removes a folder made by <c>mkmountpoint</c>.</summary>
    /// <param name="exemptPath">Absolute path.</param>
    [DaemonAction(149), Since(1, 0, 62)]
    void Rmmountpoint(string exemptPath);
}
