namespace VirtTools.Declarations;

/// <summary>The block devices of the appliance.</summary>
[Actions]
internal interface IDeviceActions
{
    /// <summary>The drives in the order in which they were added, such as <c>/dev/sda</c>. Drives of the appliance itself are left out.</summary>
    [DaemonAction(7), Since(0, 0, 4)]
    [return: Device]
    string[] ListDevices();

    /// <summary>The partitions of all drives and of partitioned md devices.</summary>
    [DaemonAction(8), Since(0, 0, 4)]
    [return: Device]
    string[] ListPartitions();

    /// <summary>The drives that were added with a label.</summary>
    /// <returns>Label → device; partitions of such a drive are there too, with their number behind the label.</returns>
    [DaemonAction(369), Since(1, 19, 49)]
    OrderedDictionary<string, string> ListDiskLabels();

    /// <summary>How many drives there are.</summary>
    [DaemonAction(336), Since(1, 19, 15)]
    int NrDevices();

    /// <summary>Whether the device is a whole drive, not a partition, a logical volume or the like.</summary>
    [DaemonAction(395), Since(1, 21, 9)]
    bool IsWholeDevice([Device] string device);

    /// <summary>Device-mapper devices that are not logical volumes: opened LUKS volumes and the like.</summary>
    [DaemonAction(287), Since(1, 11, 15)]
    [return: Device]
    string[] ListDmDevices();

    /// <summary>The device that holds the file system with that UUID.</summary>
    /// <param name="uuid">UUID of the file system.</param>
    /// <exception cref="GuestfsException">ENOENT: there is none.</exception>
    [DaemonAction(265), Since(1, 5, 3)]
    [return: Device]
    string FindfsUuid(string uuid);

    /// <summary>The device that holds the file system with that label.</summary>
    /// <param name="label">Label of the file system.</param>
    /// <exception cref="GuestfsException">ENOENT: there is none.</exception>
    [DaemonAction(266), Since(1, 5, 3)]
    [return: Device]
    string FindfsLabel(string label);

    /// <summary>The partition with that UUID in a GPT table, or in an MBR table as the kernel makes it up.</summary>
    /// <param name="uuid">UUID of the partition.</param>
    /// <exception cref="GuestfsException">ENOENT: there is none.</exception>
    [DaemonAction(514), Since(1, 53, 5)]
    [return: Device]
    string FindfsPartuuid(string uuid);

    /// <summary>The partition with that name in a GPT table.</summary>
    /// <param name="label">Name of the partition.</param>
    /// <exception cref="GuestfsException">ENOENT: there is none.</exception>
    [DaemonAction(515), Since(1, 53, 5)]
    [return: Device]
    string FindfsPartlabel(string label);

    /// <summary>Makes the kernel refuse writes to the device. It cannot turn writes on for a read-only drive.</summary>
    [DaemonAction(56), Since(1, 9, 3)]
    void BlockdevSetro([Device] string device);

    /// <summary>Lets the kernel write to the device again.</summary>
    [DaemonAction(57), Since(1, 9, 3)]
    void BlockdevSetrw([Device] string device);

    /// <summary>Whether the kernel refuses writes to the device.</summary>
    [DaemonAction(58), Since(1, 9, 3)]
    bool BlockdevGetro([Device] string device);

    /// <summary>The logical sector size in bytes, mostly 512.</summary>
    [DaemonAction(59), Since(1, 9, 3)]
    int BlockdevGetss([Device] string device);

    /// <summary>The kernel's block size for the device in bytes; not the sector size and not the file system's block size.</summary>
    [DaemonAction(60), Since(1, 9, 3)]
    int BlockdevGetbsz([Device] string device);

    /// <summary>Did set the kernel's block size; kept by name only, since the original's daemon dropped it.</summary>
    /// <param name="blockSize">Bytes.</param>
    /// <exception cref="GuestfsException">ENOTSUP: always.</exception>
    [DaemonAction(61), Since(1, 9, 3), DeprecatedBy]
    void BlockdevSetbsz([Device] string device, int blockSize);

    /// <summary>The device's size in sectors of 512 bytes, whatever its sector size is.</summary>
    [DaemonAction(62), Since(1, 9, 3)]
    long BlockdevGetsz([Device] string device);

    /// <summary>The device's size in bytes.</summary>
    [DaemonAction(63), Since(1, 9, 3)]
    long BlockdevGetsize64([Device] string device);

    /// <summary>Writes out what the kernel holds of the device and forgets it.</summary>
    [DaemonAction(64), Since(1, 9, 3)]
    void BlockdevFlushbufs([Device] string device);

    /// <summary>Makes the kernel read the partition table again.</summary>
    /// <exception cref="GuestfsException">EBUSY: a partition of the device is in use.</exception>
    [DaemonAction(65), Since(1, 9, 3)]
    void BlockdevRereadpt([Device] string device);

    /// <summary>Sets how far the kernel reads ahead.</summary>
    /// <param name="sectors">Sectors of 512 bytes.</param>
    [DaemonAction(424), Since(1, 29, 10)]
    void BlockdevSetra([Device] string device, int sectors);
}
