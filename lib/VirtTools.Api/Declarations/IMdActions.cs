namespace VirtTools.Declarations;

/// <summary>Linux software RAID.</summary>
[Actions]
internal interface IMdActions
{
    /// <summary>The md devices that are running, such as <c>/dev/md127</c>.</summary>
    [DaemonAction(300), Since(1, 15, 4)]
    [return: Device]
    string[] ListMdDevices();

    /// <summary>Makes an md device.</summary>
    /// <param name="name">Name, without <c>/dev/md/</c>.</param>
    /// <param name="devices">Its parts.</param>
    /// <param name="missingBitmap">A bit for each part that is missing, lowest first.</param>
    /// <param name="nrDevices">How many parts are in use.</param>
    /// <param name="spare">How many are spare.</param>
    /// <param name="chunk">Chunk size in bytes.</param>
    /// <param name="level"><c>linear</c>, <c>raid0</c>, <c>raid1</c> (the default), <c>raid4</c>, <c>raid5</c>, <c>raid6</c> or <c>raid10</c>.</param>
    [DaemonAction(299), Since(1, 15, 6), FeatureGroup("mdadm")]
    void MdCreate(
        string name,
        [Device] IReadOnlyList<string> devices,
        [Optional] long? missingBitmap,
        [Optional] int? nrDevices,
        [Optional] int? spare,
        [Optional] long? chunk,
        [Optional] string? level);

    /// <summary>What mdadm knows of an md device.</summary>
    /// <param name="md">The md device.</param>
    /// <returns>Name such as <c>level</c> or <c>uuid</c> → value.</returns>
    [DaemonAction(301), Since(1, 15, 6), FeatureGroup("mdadm")]
    OrderedDictionary<string, string> MdDetail([Device] string md);

    /// <summary>The parts of an md device and how they are.</summary>
    /// <param name="md">The md device.</param>
    [DaemonAction(316), Since(1, 17, 21), FeatureGroup("mdadm")]
    MdStat[] MdStat([Device] string md);

    /// <summary>Stops an md device.</summary>
    /// <param name="md">The md device.</param>
    [DaemonAction(302), Since(1, 15, 6), FeatureGroup("mdadm")]
    void MdStop([Device] string md);
}
