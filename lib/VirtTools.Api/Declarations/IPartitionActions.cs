namespace VirtTools.Declarations;

/// <summary>Partitions and their tables.</summary>
[Actions]
internal interface IPartitionActions
{
    /// <summary>Writes an empty partition table; what the old one listed is lost.</summary>
    /// <param name="partType">
    /// <c>gpt</c> or <c>efi</c>, <c>mbr</c> or <c>msdos</c>, or another type that parted knows: <c>aix</c>, <c>amiga</c>, <c>bsd</c>, <c>dasd</c>,
    /// <c>dvh</c>, <c>loop</c>, <c>mac</c>, <c>pc98</c>, <c>sun</c>.
    /// </param>
    /// <exception cref="GuestfsException">EINVAL: no such type.</exception>
    [DaemonAction(208), Since(1, 0, 78)]
    void PartInit([Device] string device, string partType);

    /// <summary>Adds a partition; <c>part_init</c> comes first.</summary>
    /// <param name="prlogex"><c>primary</c> or <c>p</c>, <c>logical</c> or <c>l</c>, <c>extended</c> or <c>e</c>; a GPT table knows only primary ones.</param>
    /// <param name="startSect">First sector; negative counts from the end, -1 is the last sector.</param>
    /// <param name="endSect">Last sector, included; negative as above.</param>
    [DaemonAction(209), Since(1, 0, 78)]
    void PartAdd([Device] string device, string prlogex, long startSect, long endSect);

    /// <summary>Removes a partition from the table.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    [DaemonAction(233), Since(1, 3, 2)]
    void PartDel([Device] string device, int partNum);

    /// <summary>Writes a table with one partition that fills the device.</summary>
    /// <param name="partType">Type of the table as for <c>part_init</c>.</param>
    [DaemonAction(210), Since(1, 0, 78)]
    void PartDisk([Device] string device, string partType);

    /// <summary>Moves the end of a partition. What the partition holds is not resized.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    /// <param name="endSect">New last sector, included; negative counts from the end.</param>
    [DaemonAction(477), Since(1, 37, 20)]
    void PartResize([Device] string device, int partNum, long endSect);

    /// <summary>Sets or clears the boot flag of a partition.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    /// <param name="bootable">True to set the flag.</param>
    [DaemonAction(211), Since(1, 0, 78)]
    void PartSetBootable([Device] string device, int partNum, bool bootable);

    /// <summary>Whether the partition has the boot flag.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    [DaemonAction(234), Since(1, 3, 2)]
    bool PartGetBootable([Device] string device, int partNum);

    /// <summary>Names a partition; GPT and mac tables have names.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    /// <param name="name">The new name.</param>
    [DaemonAction(212), Since(1, 0, 78)]
    void PartSetName([Device] string device, int partNum, string name);

    /// <summary>The name of a partition; GPT and mac tables have names.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    [DaemonAction(416), Since(1, 25, 33)]
    string PartGetName([Device] string device, int partNum);

    /// <summary>The partitions of a device, with sizes in bytes. Free space and metadata are left out.</summary>
    /// <exception cref="GuestfsException">EINVAL: the device has no partition table.</exception>
    [DaemonAction(213), Since(1, 0, 78)]
    Partition[] PartList([Device] string device);

    /// <summary>Type of the partition table: <c>gpt</c>, <c>msdos</c> and so on; <c>unknown</c> where there is none.</summary>
    [DaemonAction(214), Since(1, 0, 78)]
    string PartGetParttype([Device] string device);

    /// <summary>The type byte of a partition in an MBR table.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    [DaemonAction(235), Since(1, 3, 2)]
    int PartGetMbrId([Device] string device, int partNum);

    /// <summary>Sets the type byte of a partition in an MBR table.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    /// <param name="idByte">0 to 255.</param>
    [DaemonAction(236), Since(1, 3, 2)]
    void PartSetMbrId([Device] string device, int partNum, int idByte);

    /// <summary>Whether a partition is <c>primary</c>, <c>extended</c> or <c>logical</c>; in a GPT table always primary.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    [DaemonAction(454), Since(1, 29, 32)]
    string PartGetMbrPartType([Device] string device, int partNum);

    /// <summary>Sets the type of a partition in a GPT table.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    /// <param name="guid">GUID of the type, as in <c>01234567-89AB-CDEF-0123-456789ABCDEF</c>.</param>
    /// <exception cref="GuestfsException">EINVAL: not a GUID.</exception>
    [DaemonAction(392), Since(1, 21, 1)]
    void PartSetGptType([Device] string device, int partNum, [GuidText] string guid);

    /// <summary>The type of a partition in a GPT table, as a GUID.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    [DaemonAction(393), Since(1, 21, 1)]
    string PartGetGptType([Device] string device, int partNum);

    /// <summary>Sets the unique GUID of a partition in a GPT table.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    /// <exception cref="GuestfsException">EINVAL: not a GUID.</exception>
    [DaemonAction(446), Since(1, 29, 25)]
    void PartSetGptGuid([Device] string device, int partNum, [GuidText] string guid);

    /// <summary>The unique GUID of a partition in a GPT table.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    [DaemonAction(447), Since(1, 29, 25)]
    string PartGetGptGuid([Device] string device, int partNum);

    /// <summary>Sets the attribute bits of a partition in a GPT table.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    /// <param name="attributes">64 bits, as the UEFI specification numbers them.</param>
    [DaemonAction(503), Since(1, 21, 1)]
    void PartSetGptAttributes([Device] string device, int partNum, long attributes);

    /// <summary>The attribute bits of a partition in a GPT table.</summary>
    /// <param name="partNum">Number of the partition, from 1.</param>
    /// <returns>64 bits, as the UEFI specification numbers them.</returns>
    [DaemonAction(504), Since(1, 21, 1)]
    long PartGetGptAttributes([Device] string device, int partNum);

    /// <summary>Sets the GUID of a GPT table.</summary>
    /// <exception cref="GuestfsException">EINVAL: not a GUID.</exception>
    [DaemonAction(459), Since(1, 33, 2)]
    void PartSetDiskGuid([Device] string device, [GuidText] string guid);

    /// <summary>The GUID of a GPT table.</summary>
    [DaemonAction(460), Since(1, 33, 2)]
    string PartGetDiskGuid([Device] string device);

    /// <summary>Gives a GPT table a new random GUID.</summary>
    [DaemonAction(461), Since(1, 33, 2)]
    void PartSetDiskGuidRandom([Device] string device);

    /// <summary>Moves the second copy of a GPT table to the end of a device that has grown.</summary>
    [DaemonAction(462), Since(1, 33, 2), FeatureGroup("gdisk")]
    void PartExpandGpt([Device] string device);

    /// <summary>The drive that a partition is on: <c>/dev/sda</c> for <c>/dev/sda1</c>.</summary>
    /// <param name="partition">A partition.</param>
    /// <exception cref="GuestfsException">EINVAL: the device is no partition.</exception>
    [DaemonAction(272), Since(1, 5, 15)]
    [return: Device]
    string PartToDev([Device] string partition);

    /// <summary>The number of a partition on its drive: 1 for <c>/dev/sda1</c>.</summary>
    /// <param name="partition">A partition.</param>
    /// <exception cref="GuestfsException">EINVAL: the device is no partition.</exception>
    [DaemonAction(293), Since(1, 13, 25)]
    int PartToPartnum([Device] string partition);
}
