namespace VirtTools.Declarations;

/// <summary>Physical volumes, volume groups and logical volumes.</summary>
[Actions]
internal interface ILvmActions
{
    /// <summary>The devices that are physical volumes.</summary>
    [DaemonAction(9), Since(0, 0, 4), FeatureGroup("lvm2")]
    [return: Device]
    string[] Pvs();

    /// <summary>The names of the volume groups.</summary>
    [DaemonAction(10), Since(0, 0, 4), FeatureGroup("lvm2")]
    string[] Vgs();

    /// <summary>The logical volumes, such as <c>/dev/vg/lv</c>.</summary>
    [DaemonAction(11), Since(0, 0, 4), FeatureGroup("lvm2")]
    [return: Device]
    string[] Lvs();

    /// <summary>The physical volumes, with all that is known of them.</summary>
    [DaemonAction(12), Since(0, 0, 4), FeatureGroup("lvm2")]
    LvmPv[] PvsFull();

    /// <summary>The volume groups, with all that is known of them.</summary>
    [DaemonAction(13), Since(0, 0, 4), FeatureGroup("lvm2")]
    LvmVg[] VgsFull();

    /// <summary>The logical volumes, with all that is known of them.</summary>
    [DaemonAction(14), Since(0, 0, 4), FeatureGroup("lvm2")]
    LvmLv[] LvsFull();

    /// <summary>Makes all logical volumes usable, or takes them away.</summary>
    /// <param name="activate">False to take them away.</param>
    [DaemonAction(103), Since(1, 0, 26), FeatureGroup("lvm2")]
    void VgActivateAll(bool activate);

    /// <summary>The same for some volume groups.</summary>
    /// <param name="activate">False to take them away.</param>
    /// <param name="volGroups">Names; none means all of them.</param>
    [DaemonAction(104), Since(1, 0, 26), FeatureGroup("lvm2")]
    void VgActivate(bool activate, IReadOnlyList<string> volGroups);

    /// <summary>Looks for volume groups again.</summary>
    [DaemonAction(232), Since(1, 3, 2), DeprecatedBy("lvm_scan")]
    void Vgscan();

    /// <summary>Looks for physical volumes, volume groups and logical volumes on all devices.</summary>
    /// <param name="activate">Make the logical volumes usable too.</param>
    [DaemonAction(506), Since(1, 39, 8)]
    void LvmScan(bool activate);

    /// <summary>Whether the device is a logical volume.</summary>
    [DaemonAction(264), Since(1, 5, 3)]
    bool IsLv([Mountable] string mountable);

    /// <summary>The name <c>/dev/vg/lv</c> of a logical volume known by another name, such as <c>/dev/mapper/vg-lv</c>.</summary>
    /// <param name="lvName">Some name of a logical volume.</param>
    /// <exception cref="GuestfsException">EINVAL: not a logical volume.</exception>
    [DaemonAction(277), Since(1, 5, 24)]
    [return: Device]
    string LvmCanonicalLvName(string lvName);

    /// <summary>Makes a physical volume of a device; what it held is lost.</summary>
    [DaemonAction(39), Since(0, 0, 8), FeatureGroup("lvm2")]
    void Pvcreate([Device] string device);

    /// <summary>Makes a volume group.</summary>
    /// <param name="volGroup">Name of the group.</param>
    /// <param name="physVols">Physical volumes.</param>
    [DaemonAction(40), Since(0, 0, 8), FeatureGroup("lvm2")]
    void Vgcreate(string volGroup, [Device] IReadOnlyList<string> physVols);

    /// <summary>Makes a logical volume.</summary>
    /// <param name="logVol">Name of the volume.</param>
    /// <param name="volGroup">Name of its group.</param>
    /// <param name="mbytes">Size in MiB.</param>
    [DaemonAction(41), Since(0, 0, 8), FeatureGroup("lvm2")]
    void Lvcreate(string logVol, string volGroup, int mbytes);

    /// <summary>Makes a logical volume of a share of the free space.</summary>
    /// <param name="logVol">Name of the volume.</param>
    /// <param name="volGroup">Name of its group.</param>
    /// <param name="percent">1 to 100.</param>
    [DaemonAction(312), Since(1, 17, 18), FeatureGroup("lvm2")]
    void LvcreateFree(string logVol, string volGroup, int percent);

    /// <summary>Resizes a logical volume; what it holds is not resized.</summary>
    /// <param name="mbytes">New size in MiB.</param>
    [DaemonAction(105), Since(1, 0, 27), FeatureGroup("lvm2")]
    void Lvresize([Device] string device, int mbytes);

    /// <summary>Lets a logical volume grow into a share of the free space.</summary>
    /// <param name="lv">The logical volume.</param>
    /// <param name="percent">1 to 100.</param>
    [DaemonAction(238), Since(1, 3, 3), FeatureGroup("lvm2")]
    void LvresizeFree([Device] string lv, int percent);

    /// <summary>Renames a logical volume.</summary>
    /// <param name="logVol"><c>/dev/vg/old</c>, or <c>vg/old</c>.</param>
    /// <param name="newLogVol">The new name.</param>
    [DaemonAction(219), Since(1, 0, 83)]
    void Lvrename(string logVol, string newLogVol);

    /// <summary>Renames a volume group.</summary>
    /// <param name="volGroup">Old name.</param>
    /// <param name="newVolGroup">New name.</param>
    [DaemonAction(220), Since(1, 0, 83)]
    void Vgrename(string volGroup, string newVolGroup);

    /// <summary>Removes a logical volume, or all of a group.</summary>
    [DaemonAction(77), Since(1, 0, 13), FeatureGroup("lvm2")]
    void Lvremove([Device] string device);

    /// <summary>Removes a volume group with its logical volumes.</summary>
    /// <param name="vgName">Name of the group.</param>
    [DaemonAction(78), Since(1, 0, 13), FeatureGroup("lvm2")]
    void Vgremove(string vgName);

    /// <summary>Makes a physical volume an ordinary device again.</summary>
    /// <exception cref="GuestfsException">EBUSY: a volume group uses it.</exception>
    [DaemonAction(79), Since(1, 0, 13), FeatureGroup("lvm2")]
    void Pvremove([Device] string device);

    /// <summary>Removes every logical volume, volume group and physical volume.</summary>
    [DaemonAction(48), Since(0, 0, 8), FeatureGroup("lvm2")]
    void LvmRemoveAll();

    /// <summary>Lets a physical volume fill its device after the device has grown.</summary>
    [DaemonAction(98), Since(1, 0, 26), FeatureGroup("lvm2")]
    void Pvresize([Device] string device);

    /// <summary>Gives a physical volume a size.</summary>
    /// <param name="size">Bytes.</param>
    [DaemonAction(249), Since(1, 3, 14), FeatureGroup("lvm2")]
    void PvresizeSize([Device] string device, long size);

    /// <summary>The UUID of a physical volume.</summary>
    [DaemonAction(222), Since(1, 0, 87)]
    string Pvuuid([Device] string device);

    /// <summary>The UUID of a volume group.</summary>
    /// <param name="vgName">Name of the group.</param>
    [DaemonAction(223), Since(1, 0, 87)]
    string Vguuid(string vgName);

    /// <summary>The UUID of a logical volume.</summary>
    [DaemonAction(224), Since(1, 0, 87)]
    string Lvuuid([Device] string device);

    /// <summary>The UUIDs of the physical volumes of a group.</summary>
    /// <param name="vgName">Name of the group.</param>
    [DaemonAction(225), Since(1, 0, 87)]
    string[] Vgpvuuids(string vgName);

    /// <summary>The UUIDs of the logical volumes of a group.</summary>
    /// <param name="vgName">Name of the group.</param>
    [DaemonAction(226), Since(1, 0, 87)]
    string[] Vglvuuids(string vgName);

    /// <summary>The metadata of a volume group, as text.</summary>
    /// <param name="vgName">Name of the group.</param>
    [DaemonAction(315), Since(1, 17, 20), FeatureGroup("lvm2")]
    byte[] Vgmeta(string vgName);

    /// <summary>Gives a physical volume a new random UUID.</summary>
    [DaemonAction(338), Since(1, 19, 26), FeatureGroup("lvm2")]
    void PvchangeUuid([Device] string device);

    /// <summary>Gives every physical volume a new random UUID.</summary>
    [DaemonAction(339), Since(1, 19, 26), FeatureGroup("lvm2")]
    void PvchangeUuidAll();

    /// <summary>Gives a volume group a new random UUID.</summary>
    /// <param name="vg">Name of the group.</param>
    [DaemonAction(340), Since(1, 19, 26), FeatureGroup("lvm2")]
    void VgchangeUuid(string vg);

    /// <summary>Gives every volume group a new random UUID.</summary>
    [DaemonAction(341), Since(1, 19, 26), FeatureGroup("lvm2")]
    void VgchangeUuidAll();

    /// <summary>Makes LVM see only the devices given. All file systems must be unmounted.</summary>
    /// <param name="devices">Drives and partitions.</param>
    [DaemonAction(255), Since(1, 5, 1), FeatureGroup("lvm2")]
    void LvmSetFilter([Device] IReadOnlyList<string> devices);

    /// <summary>Makes LVM see all devices again.</summary>
    [DaemonAction(256), Since(1, 5, 1)]
    void LvmClearFilter();
}
