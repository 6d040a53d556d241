using VirtTools.Wire;

namespace VirtTools.Declarations;

/// <summary>Content that moves between host and guest, of any size.</summary>
[Actions]
internal interface ITransferActions
{
    /// <summary>Writes a file of the host to a file or device of the guest.</summary>
    /// <param name="filename">The content.</param>
    /// <param name="remoteFilename">A file, made or overwritten, or a device.</param>
    [DaemonAction(66), Since(1, 0, 2), Progress, Cancellable]
    void Upload(IncomingFile filename, [DeviceOrPath] string remoteFilename);

    /// <summary>Writes a file of the host into a file or device of the guest at a place; the rest of it stays.</summary>
    /// <param name="filename">The content.</param>
    /// <param name="remoteFilename">A file or a device.</param>
    /// <param name="offset">First byte in the guest.</param>
    [DaemonAction(273), Since(1, 5, 17), Progress, Cancellable]
    void UploadOffset(IncomingFile filename, [DeviceOrPath] string remoteFilename, long offset);

    /// <summary>Reads a file or device of the guest.</summary>
    /// <param name="remoteFilename">A file or a device.</param>
    /// <param name="filename">Receives the content.</param>
    [DaemonAction(67), Since(1, 0, 2), Progress, Cancellable]
    void Download([DeviceOrPath] string remoteFilename, OutgoingFile filename);

    /// <summary>Reads a part of a file or device of the guest.</summary>
    /// <param name="remoteFilename">A file or a device.</param>
    /// <param name="filename">Receives the content.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="size">How many bytes.</param>
    /// <exception cref="GuestfsException">EINVAL: the file ends before.</exception>
    [DaemonAction(274), Since(1, 5, 17), Progress, Cancellable]
    void DownloadOffset([DeviceOrPath] string remoteFilename, OutgoingFile filename, long offset, long size);

    /// <summary>Unpacks a tar archive into a directory.</summary>
    /// <param name="tarFile">The archive.</param>
    /// <param name="directory">An existing directory.</param>
    /// <param name="compress"><c>compress</c>, <c>gzip</c>, <c>bzip2</c>, <c>xz</c>, <c>lzop</c>, <c>lzma</c> or <c>zstd</c> for a compressed archive.</param>
    /// <param name="xattrs">Restore extended attributes.</param>
    /// <param name="selinux">Restore SELinux contexts.</param>
    /// <param name="acls">Restore access control lists.</param>
    /// <param name="keepDirLink">Follow an existing symbolic link to a directory instead of replacing it.</param>
    [DaemonAction(69), Since(1, 0, 3), Cancellable, ShellAlias("tar-in-opts")]
    void TarIn(
        IncomingFile tarFile,
        [Pathname] string directory,
        [Optional] string? compress,
        [Optional] bool? xattrs,
        [Optional] bool? selinux,
        [Optional] bool? acls,
        [Optional] bool? keepDirLink);

    /// <summary>Packs a directory into a tar archive.</summary>
    /// <param name="directory">Absolute path of the directory.</param>
    /// <param name="tarFile">Receives the archive.</param>
    /// <param name="compress"><c>compress</c>, <c>gzip</c>, <c>bzip2</c>, <c>xz</c>, <c>lzop</c>, <c>lzma</c> or <c>zstd</c> to compress the archive.</param>
    /// <param name="numericOwner">Store numbers instead of names of owners.</param>
    /// <param name="excludes">Shell patterns of names to leave out.</param>
    /// <param name="xattrs">Store extended attributes.</param>
    /// <param name="selinux">Store SELinux contexts.</param>
    /// <param name="acls">Store access control lists.</param>
    [DaemonAction(70), Since(1, 0, 3), Cancellable, ShellAlias("tar-out-opts")]
    void TarOut(
        string directory,
        OutgoingFile tarFile,
        [Optional] string? compress,
        [Optional] bool? numericOwner,
        [Optional] IReadOnlyList<string>? excludes,
        [Optional] bool? xattrs,
        [Optional] bool? selinux,
        [Optional] bool? acls);

    /// <summary>Unpacks a tar archive compressed with gzip.</summary>
    /// <param name="tarball">The archive.</param>
    /// <param name="directory">An existing directory.</param>
    [DaemonAction(71), Since(1, 0, 3), DeprecatedBy("tar_in"), Cancellable]
    void TgzIn(IncomingFile tarball, [Pathname] string directory);

    /// <summary>Packs a directory into a tar archive compressed with gzip.</summary>
    /// <param name="tarball">Receives the archive.</param>
    [DaemonAction(72), Since(1, 0, 3), DeprecatedBy("tar_out"), Cancellable]
    void TgzOut([Pathname] string directory, OutgoingFile tarball);

    /// <summary>Unpacks a tar archive compressed with xz.</summary>
    /// <param name="tarball">The archive.</param>
    /// <param name="directory">An existing directory.</param>
    [DaemonAction(229), Since(1, 3, 2), FeatureGroup("xz"), DeprecatedBy("tar_in"), Cancellable]
    void TxzIn(IncomingFile tarball, [Pathname] string directory);

    /// <summary>Packs a directory into a tar archive compressed with xz.</summary>
    /// <param name="tarball">Receives the archive.</param>
    [DaemonAction(230), Since(1, 3, 2), FeatureGroup("xz"), DeprecatedBy("tar_out"), Cancellable]
    void TxzOut([Pathname] string directory, OutgoingFile tarball);

    /// <summary>Packs a directory into a cpio archive.</summary>
    /// <param name="directory">Absolute path of the directory.</param>
    /// <param name="cpioFile">Receives the archive.</param>
    /// <param name="format"><c>newc</c> (the default) or <c>crc</c>.</param>
    /// <exception cref="GuestfsException">EINVAL: another format.</exception>
    [DaemonAction(419), Since(1, 27, 9), Cancellable]
    void CpioOut(string directory, OutgoingFile cpioFile, [Optional] string? format);

    /// <summary>Reads a file of the guest, compressed.</summary>
    /// <param name="cType"><c>compress</c>, <c>gzip</c>, <c>bzip2</c>, <c>xz</c>, <c>lzop</c> or <c>zstd</c>.</param>
    /// <param name="zFile">Receives the compressed content.</param>
    /// <param name="level">1 (fast) to 9 (small), where the program has levels.</param>
    [DaemonAction(291), Since(1, 13, 15), Cancellable]
    void CompressOut(string cType, [Pathname] string file, OutgoingFile zFile, [Optional] int? level);

    /// <summary>Reads a device of the guest, compressed.</summary>
    /// <param name="cType"><c>compress</c>, <c>gzip</c>, <c>bzip2</c>, <c>xz</c>, <c>lzop</c> or <c>zstd</c>.</param>
    /// <param name="zDevice">Receives the compressed content.</param>
    /// <param name="level">1 (fast) to 9 (small), where the program has levels.</param>
    [DaemonAction(292), Since(1, 13, 15), Cancellable]
    void CompressDeviceOut(string cType, [Device] string device, OutgoingFile zDevice, [Optional] int? level);

    /// <summary>Decodes base64 text of the host into a file of the guest.</summary>
    /// <param name="base64file">The text.</param>
    /// <param name="filename">The file to make.</param>
    [DaemonAction(242), Since(1, 3, 5), Cancellable]
    void Base64In(IncomingFile base64file, [Pathname] string filename);

    /// <summary>Reads a file of the guest as base64 text.</summary>
    /// <param name="filename">The file.</param>
    /// <param name="base64file">Receives the text.</param>
    [DaemonAction(243), Since(1, 3, 5), Cancellable]
    void Base64Out([Pathname] string filename, OutgoingFile base64file);
}
