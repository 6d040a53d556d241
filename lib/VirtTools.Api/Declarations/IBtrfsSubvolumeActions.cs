namespace VirtTools.Declarations;

/// <summary>Subvolumes and snapshots of btrfs file systems.</summary>
[Actions]
internal interface IBtrfsSubvolumeActions
{
    /// <summary>The subvolumes and snapshots of a file system.</summary>
    [DaemonAction(325), Since(1, 17, 35), FeatureGroup("btrfs")]
    BtrfsSubvolume[] BtrfsSubvolumeList([MountableOrPath] string fs);

    /// <summary>Makes a subvolume.</summary>
    /// <param name="dest">Where it appears.</param>
    /// <param name="qgroupId">Quota group to put it into.</param>
    [DaemonAction(324), Since(1, 17, 35), FeatureGroup("btrfs"), ShellAlias("btrfs-subvolume-create-opts")]
    void BtrfsSubvolumeCreate([Pathname] string dest, [Optional] string? qgroupId);

    /// <summary>Takes a snapshot of a subvolume.</summary>
    /// <param name="source">The subvolume.</param>
    /// <param name="dest">Where the snapshot appears.</param>
    /// <param name="ro">The snapshot can only be read.</param>
    /// <param name="qgroupId">Quota group to put it into.</param>
    [DaemonAction(322), Since(1, 17, 35), FeatureGroup("btrfs"), ShellAlias("btrfs-subvolume-snapshot-opts")]
    void BtrfsSubvolumeSnapshot([Pathname] string source, [Pathname] string dest, [Optional] bool? ro, [Optional] string? qgroupId);

    /// <summary>Removes a subvolume or snapshot.</summary>
    [DaemonAction(323), Since(1, 17, 35), FeatureGroup("btrfs")]
    void BtrfsSubvolumeDelete([Pathname] string subvolume);

    /// <summary>What is known of a subvolume.</summary>
    /// <returns>Words such as <c>UUID</c> → value.</returns>
    [DaemonAction(426), Since(1, 29, 17), FeatureGroup("btrfs")]
    OrderedDictionary<string, string> BtrfsSubvolumeShow([Pathname] string subvolume);

    /// <summary>Id of the subvolume that is mounted when none is named.</summary>
    [DaemonAction(425), Since(1, 29, 17), FeatureGroup("btrfs")]
    long BtrfsSubvolumeGetDefault([MountableOrPath] string fs);

    /// <summary>Sets the subvolume that is mounted when none is named.</summary>
    /// <param name="id">Id of the subvolume.</param>
    /// <param name="fs">Where the file system is mounted.</param>
    [DaemonAction(326), Since(1, 17, 35), FeatureGroup("btrfs")]
    void BtrfsSubvolumeSetDefault(long id, [Pathname] string fs);
}
