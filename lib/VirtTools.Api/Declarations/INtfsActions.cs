using VirtTools.Wire;

namespace VirtTools.Declarations;

/// <summary>What only NTFS file systems have.</summary>
[Actions]
internal interface INtfsActions
{
    /// <summary>Whether a file system can be mounted.</summary>
    /// <param name="rw">For writing too.</param>
    /// <returns>0 yes; else a status of ntfs-3g.probe, such as 12 for no NTFS, 14 for hibernated, 15 for unclean.</returns>
    [DaemonAction(110, Name = "ntfs_3g_probe"), Since(1, 0, 43), FeatureGroup("ntfs3g")]
    int Ntfs3gProbe(bool rw, [Device] string device);

    /// <summary>Resizes a file system.</summary>
    /// <param name="size">Bytes; null to fill the device.</param>
    /// <param name="force">Do it although the file system is marked for a check.</param>
    [DaemonAction(288), Since(1, 3, 2), FeatureGroup("ntfsprogs"), ShellAlias("ntfsresize-opts")]
    void Ntfsresize([Device] string device, [Optional] long? size, [Optional] bool? force);

    /// <summary>Gives a file system a size.</summary>
    /// <param name="size">Bytes.</param>
    [DaemonAction(250), Since(1, 3, 14), FeatureGroup("ntfsprogs"), DeprecatedBy("ntfsresize")]
    void NtfsresizeSize([Device] string device, long size);

    /// <summary>Repairs simple faults and marks the file system for a check by Windows.</summary>
    /// <param name="clearBadSectors">Forget the list of bad sectors.</param>
    [DaemonAction(307), Since(1, 17, 9), FeatureGroup("ntfs3g")]
    void Ntfsfix([Device] string device, [Optional] bool? clearBadSectors);

    /// <summary>Saves a file system in the format of ntfsclone.</summary>
    /// <param name="backupFile">Receives the copy.</param>
    /// <param name="metadataOnly">Leave out the content of files.</param>
    /// <param name="rescue">Go on after read errors.</param>
    /// <param name="ignoreFsCheck">Go on although the file system is inconsistent.</param>
    /// <param name="preserveTimestamps">Keep the times in the metadata.</param>
    /// <param name="force">Go on although the file system is marked for a check.</param>
    [DaemonAction(308), Since(1, 17, 9), FeatureGroup("ntfs3g"), Cancellable]
    void NtfscloneOut(
        [Device] string device,
        OutgoingFile backupFile,
        [Optional] bool? metadataOnly,
        [Optional] bool? rescue,
        [Optional] bool? ignoreFsCheck,
        [Optional] bool? preserveTimestamps,
        [Optional] bool? force);

    /// <summary>Restores a file system that <c>ntfsclone_out</c> saved.</summary>
    /// <param name="backupFile">The copy.</param>
    [DaemonAction(309), Since(1, 17, 9), FeatureGroup("ntfs3g"), Cancellable]
    void NtfscloneIn(IncomingFile backupFile, [Device] string device);

    /// <summary>Reads a file by its inode number, deleted ones too.</summary>
    /// <param name="inode">Inode number.</param>
    /// <param name="filename">Receives the content.</param>
    [DaemonAction(463), Since(1, 33, 14), Progress, Cancellable]
    void NtfscatI([Mountable] string device, long inode, OutgoingFile filename);
}
