namespace VirtTools.Declarations;

/// <summary>The drives that an appliance gets.</summary>
[Actions]
internal interface IDriveActions
{
    /// <summary>Adds a disk image as the next drive.</summary>
    /// <param name="filename">Path of the image on the host; with <c>protocol</c> what to open there.</param>
    /// <param name="readOnly">True never to change the image; writes go to an overlay that is thrown away.</param>
    /// <param name="format">Format such as <c>raw</c> or <c>qcow2</c>; null to find out, with the dangers that guessing has.</param>
    /// <param name="iface"><c>virtio</c> or <c>ide</c>; obsolete.</param>
    /// <param name="name">Name that the image had in the original guest; kept for messages only.</param>
    /// <param name="label">Name, 1 to 20 letters, under which the drive appears in <c>/dev/disk/guestfs</c>.</param>
    /// <param name="protocol"><c>file</c> (the default), <c>nbd</c>, <c>ssh</c>, <c>http</c>, <c>https</c>, <c>iscsi</c>, <c>rbd</c> and so on.</param>
    /// <param name="server">Servers, as <c>host</c>, <c>host:port</c> or <c>unix:/path</c>.</param>
    /// <param name="username">User at the server.</param>
    /// <param name="secret">Password at the server; never logged.</param>
    /// <param name="cacheMode"><c>writeback</c> (safe, the default) or <c>unsafe</c>.</param>
    /// <param name="discard"><c>disable</c> (the default), <c>enable</c> or <c>besteffort</c>.</param>
    /// <param name="copyOnRead">True to copy what is read of a backing file into the image.</param>
    /// <param name="blockSize">Sector size, 512 or 4096 bytes.</param>
    /// <exception cref="GuestfsException">ENOENT: no such image. EINVAL: an argument makes no sense.</exception>
    [LibraryAction, Since(0, 0, 3), ShellAlias("add", "add-drive-opts")]
    void AddDrive(
        string filename,
        [Optional] bool? readOnly,
        [Optional] string? format,
        [Optional] string? iface,
        [Optional] string? name,
        [Optional] string? label,
        [Optional] string? protocol,
        [Optional] IReadOnlyList<string>? server,
        [Optional] string? username,
        [Optional, Key] string? secret,
        [Optional] string? cacheMode,
        [Optional] string? discard,
        [Optional] bool? copyOnRead,
        [Optional] int? blockSize);

    /// <summary>Adds a disk image for reading only.</summary>
    /// <param name="filename">Path of the image on the host.</param>
    [LibraryAction, Since(1, 0, 38), ConfigOnly, ShellAlias("add-ro")]
    void AddDriveRo(string filename);

    /// <summary>Adds a disk image with an interface.</summary>
    /// <param name="filename">Path of the image on the host.</param>
    /// <param name="iface"><c>virtio</c> or <c>ide</c>.</param>
    [LibraryAction, Since(1, 0, 84), DeprecatedBy("add_drive"), ConfigOnly]
    void AddDriveWithIf(string filename, string iface);

    /// <summary>Adds a disk image for reading only, with an interface.</summary>
    /// <param name="filename">Path of the image on the host.</param>
    /// <param name="iface"><c>virtio</c> or <c>ide</c>.</param>
    [LibraryAction, Since(1, 0, 84), DeprecatedBy("add_drive"), ConfigOnly]
    void AddDriveRoWithIf(string filename, string iface);

    /// <summary>Adds an ISO image for reading only.</summary>
    /// <param name="filename">Path of the image on the host.</param>
    [LibraryAction, Since(0, 0, 3), DeprecatedBy("add_drive_ro"), ConfigOnly]
    void AddCdrom(string filename);

    /// <summary>Adds an empty drive that is gone when the handle ends.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="label">Name, 1 to 20 letters, under which the drive appears in <c>/dev/disk/guestfs</c>.</param>
    /// <param name="blockSize">Sector size, 512 or 4096 bytes.</param>
    [LibraryAction, Since(1, 23, 10), ShellAlias("scratch")]
    void AddDriveScratch(long size, [Optional] string? name, [Optional] string? label, [Optional] int? blockSize);

    /// <summary>Adds the disks of a guest that libvirt knows, all of them or none.</summary>
    /// <param name="dom">Name of the guest.</param>
    /// <param name="libvirtUri">Which libvirt to ask; null for the one that libvirt chooses.</param>
    /// <param name="readOnly">True never to change the disks; the guest may run then.</param>
    /// <param name="iface"><c>virtio</c> or <c>ide</c>; obsolete.</param>
    /// <param name="live">Without effect.</param>
    /// <param name="allowUuid">Whether <c>dom</c> may be a UUID.</param>
    /// <param name="readOnlyDisk">Disks that the guest itself may only read: <c>write</c> (added like the others, the default), <c>read</c>, <c>error</c> or <c>ignore</c>.</param>
    /// <param name="cacheMode"><c>writeback</c> (safe, the default) or <c>unsafe</c>.</param>
    /// <param name="discard"><c>disable</c> (the default), <c>enable</c> or <c>besteffort</c>.</param>
    /// <param name="copyOnRead">True to copy what is read of a backing file into the image.</param>
    /// <returns>How many drives were added.</returns>
    /// <exception cref="GuestfsException">ENOENT: no such guest or disk, or libvirt's library is missing. EBUSY: the guest runs and would be written to.</exception>
    [LibraryAction, Since(1, 7, 4), Blocking, ConfigOnly, ShellAlias("domain")]
    int AddDomain(
        string dom,
        [Optional] string? libvirtUri,
        [Optional] bool? readOnly,
        [Optional] string? iface,
        [Optional] bool? live,
        [Optional] bool? allowUuid,
        [Optional] string? readOnlyDisk,
        [Optional] string? cacheMode,
        [Optional] string? discard,
        [Optional] bool? copyOnRead);

    /// <summary>Adds the disks of a libvirt guest that the caller has a pointer to.</summary>
    /// <param name="dom">The <c>virDomainPtr</c>; it stays the caller's.</param>
    /// <param name="readOnly">True never to change the disks; the guest may run then.</param>
    /// <param name="iface"><c>virtio</c> or <c>ide</c>; obsolete.</param>
    /// <param name="live">Without effect.</param>
    /// <param name="readOnlyDisk">As for <c>add_domain</c>.</param>
    /// <param name="cacheMode"><c>writeback</c> (safe, the default) or <c>unsafe</c>.</param>
    /// <param name="discard"><c>disable</c> (the default), <c>enable</c> or <c>besteffort</c>.</param>
    /// <param name="copyOnRead">True to copy what is read of a backing file into the image.</param>
    /// <returns>How many drives were added.</returns>
    /// <exception cref="GuestfsException">As for <c>add_domain</c>.</exception>
    [LibraryAction, Since(1, 29, 14), Blocking, ConfigOnly]
    int AddLibvirtDom(
        long dom,
        [Optional] bool? readOnly,
        [Optional] string? iface,
        [Optional] bool? live,
        [Optional] string? readOnlyDisk,
        [Optional] string? cacheMode,
        [Optional] string? discard,
        [Optional] bool? copyOnRead);

    /// <summary>Took a drive out of a running appliance; kept by name only.</summary>
    /// <param name="label">Label of the drive.</param>
    /// <exception cref="GuestfsException">ENOTSUP: always.</exception>
    [LibraryAction, Since(1, 19, 49), DeprecatedBy]
    void RemoveDrive(string label);

    /// <summary>The drives added so far, as text for people to read.</summary>
    [LibraryAction, Since(1, 13, 22), DebugAction]
    string[] DebugDrives();

    /// <summary>Most drives that a handle can have.</summary>
    [LibraryAction, Since(1, 19, 7)]
    int MaxDisks();

    /// <summary>Adds an option to QEMU's command line.</summary>
    /// <param name="hvParam">Option with its dash.</param>
    /// <param name="hvValue">Its value; null for none.</param>
    /// <exception cref="GuestfsException">EINVAL: the option does not start with a dash, or the library sets it itself.</exception>
    [LibraryAction, Since(0, 0, 3), ConfigOnly]
    void Config(string hvParam, string? hvValue);
}
