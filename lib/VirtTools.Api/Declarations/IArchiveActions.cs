namespace VirtTools.Declarations;

/// <summary>What is inside an initrd, and in the headers of ISO 9660 file systems.</summary>
[Actions]
internal interface IArchiveActions
{
    /// <summary>The names in an initrd.</summary>
    /// <param name="path">The initrd.</param>
    [DaemonAction(128), Since(1, 0, 54)]
    string[] InitrdList([Pathname] string path);

    /// <summary>The content of a file in an initrd.</summary>
    /// <param name="initrdPath">The initrd.</param>
    /// <param name="filename">Name of the file, without a slash in front.</param>
    [DaemonAction(221), Since(1, 0, 84)]
    byte[] InitrdCat([Pathname] string initrdPath, string filename);

    /// <summary>The header of an ISO 9660 file system on a device.</summary>
    /// <exception cref="GuestfsException">EINVAL: it is none.</exception>
    [DaemonAction(313), Since(1, 17, 19)]
    IsoInfo IsoinfoDevice([Device] string device);

    /// <summary>The header of an ISO 9660 file system in a file.</summary>
    /// <exception cref="GuestfsException">EINVAL: it is none.</exception>
    [DaemonAction(314), Since(1, 17, 19)]
    IsoInfo Isoinfo([Pathname] string isoFile);
}
