namespace VirtTools.Declarations;

/// <summary>Quotas, balance and scrub of btrfs file systems.</summary>
[Actions]
internal interface IBtrfsMaintenanceActions
{
    /// <summary>Turns quotas on or off.</summary>
    /// <param name="enable">True for on.</param>
    [DaemonAction(427), Since(1, 29, 17), FeatureGroup("btrfs")]
    void BtrfsQuotaEnable([MountableOrPath] string fs, bool enable);

    /// <summary>Counts again what each quota group uses.</summary>
    [DaemonAction(428), Since(1, 29, 17), FeatureGroup("btrfs")]
    void BtrfsQuotaRescan([MountableOrPath] string fs);

    /// <summary>Makes a quota group for a subvolume.</summary>
    /// <param name="qgroupId">Id such as <c>1/100</c>.</param>
    [DaemonAction(430), Since(1, 29, 17), FeatureGroup("btrfs")]
    void BtrfsQgroupCreate(string qgroupId, [Pathname] string subvolume);

    /// <summary>Removes a quota group.</summary>
    /// <param name="qgroupId">Id such as <c>1/100</c>.</param>
    [DaemonAction(431), Since(1, 29, 17), FeatureGroup("btrfs")]
    void BtrfsQgroupDestroy(string qgroupId, [Pathname] string subvolume);

    /// <summary>Limits a quota group.</summary>
    /// <param name="size">Bytes.</param>
    [DaemonAction(429), Since(1, 29, 17), FeatureGroup("btrfs")]
    void BtrfsQgroupLimit([Pathname] string subvolume, long size);

    /// <summary>The quota groups of a file system.</summary>
    /// <param name="path">Where it is mounted.</param>
    [DaemonAction(432), Since(1, 29, 17), FeatureGroup("btrfs")]
    BtrfsQgroup[] BtrfsQgroupShow([Pathname] string path);

    /// <summary>Puts a quota group into another.</summary>
    /// <param name="src">The group.</param>
    /// <param name="dst">The group to put it into.</param>
    /// <param name="path">Where the file system is mounted.</param>
    [DaemonAction(433), Since(1, 29, 17), FeatureGroup("btrfs")]
    void BtrfsQgroupAssign(string src, string dst, [Pathname] string path);

    /// <summary>Takes a quota group out of another.</summary>
    /// <param name="src">The group.</param>
    /// <param name="dst">The group that it is in.</param>
    /// <param name="path">Where the file system is mounted.</param>
    [DaemonAction(434), Since(1, 29, 17), FeatureGroup("btrfs")]
    void BtrfsQgroupRemove(string src, string dst, [Pathname] string path);

    /// <summary>Pauses a balance.</summary>
    /// <param name="path">Where the file system is mounted.</param>
    [DaemonAction(438), Since(1, 29, 22), FeatureGroup("btrfs")]
    void BtrfsBalancePause([Pathname] string path);

    /// <summary>Lets a paused balance go on.</summary>
    /// <param name="path">Where the file system is mounted.</param>
    [DaemonAction(440), Since(1, 29, 22), FeatureGroup("btrfs")]
    void BtrfsBalanceResume([Pathname] string path);

    /// <summary>Stops a balance.</summary>
    /// <param name="path">Where the file system is mounted.</param>
    [DaemonAction(439), Since(1, 29, 22), FeatureGroup("btrfs")]
    void BtrfsBalanceCancel([Pathname] string path);

    /// <summary>How far a balance has come.</summary>
    /// <param name="path">Where the file system is mounted.</param>
    [DaemonAction(448), Since(1, 29, 26), FeatureGroup("btrfs")]
    BtrfsBalance BtrfsBalanceStatus([Pathname] string path);

    /// <summary>Starts to read everything and to compare checksums, in the background.</summary>
    /// <param name="path">Where the file system is mounted.</param>
    [DaemonAction(435), Since(1, 29, 22), FeatureGroup("btrfs")]
    void BtrfsScrubStart([Pathname] string path);

    /// <summary>Lets a cancelled scrub go on.</summary>
    /// <param name="path">Where the file system is mounted.</param>
    [DaemonAction(437), Since(1, 29, 22), FeatureGroup("btrfs")]
    void BtrfsScrubResume([Pathname] string path);

    /// <summary>Stops a scrub.</summary>
    /// <param name="path">Where the file system is mounted.</param>
    [DaemonAction(436), Since(1, 29, 22), FeatureGroup("btrfs")]
    void BtrfsScrubCancel([Pathname] string path);

    /// <summary>How far a scrub has come.</summary>
    /// <param name="path">Where the file system is mounted.</param>
    [DaemonAction(449), Since(1, 29, 26), FeatureGroup("btrfs")]
    BtrfsScrub BtrfsScrubStatus([Pathname] string path);

    /// <summary>Reads everything, compares checksums, and waits for the end.</summary>
    /// <param name="path">Where the file system is mounted.</param>
    /// <param name="readOnly">Repair nothing.</param>
    /// <exception cref="GuestfsException">EIO: errors were found that could not be repaired.</exception>
    [DaemonAction(518), Since(1, 55, 12), FeatureGroup("btrfs")]
    void BtrfsScrubFull([Pathname] string path, [Optional] bool? readOnly);
}
