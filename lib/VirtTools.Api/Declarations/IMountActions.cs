namespace VirtTools.Declarations;

/// <summary>Mounting file systems of the guest, and what is mounted.</summary>
[Actions]
internal interface IMountActions
{
    /// <summary>Mounts a file system at a place in the guest's tree, for reading and writing. No option is added that was not asked for.</summary>
    /// <param name="mountable">Device or btrfs subvolume that holds the file system.</param>
    /// <param name="mountpoint">Absolute path in the guest; <c>/</c> must be mounted first.</param>
    /// <exception cref="GuestfsException">EINVAL: not a file system that the appliance knows. ENOENT: no such mount point.</exception>
    [DaemonAction(1), Since(0, 0, 3)]
    void Mount([Mountable] string mountable, string mountpoint);
}
