namespace VirtTools.Declarations;

/// <summary>What operating system a guest is.</summary>
[Actions]
internal interface IInspectionActions
{
    /// <summary>Looks at every file system for operating systems and remembers what it finds. Nothing may be mounted, and nothing is afterwards.</summary>
    /// <returns>The root of each operating system; none is no error.</returns>
    [DaemonAction(480), Since(1, 5, 3)]
    [return: Mountable]
    string[] InspectOs();

    /// <summary>The roots that the last <c>inspect_os</c> found.</summary>
    [DaemonAction(481), Since(1, 7, 3)]
    [return: Mountable]
    string[] InspectGetRoots();

    /// <summary>Kind of the operating system, such as <c>linux</c>; <c>unknown</c> where it could not be told.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(483), Since(1, 5, 3)]
    string InspectGetType([Mountable] string root);

    /// <summary>The distribution, such as <c>debian</c>; <c>unknown</c> where it could not be told.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(484), Since(1, 5, 3)]
    string InspectGetDistro([Mountable] string root);

    /// <summary>The product's own name, such as <c>Debian GNU/Linux 12 (bookworm)</c>.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(487), Since(1, 5, 3)]
    string InspectGetProductName([Mountable] string root);

    /// <summary>Variant of the product, such as <c>Server</c>; <c>unknown</c> where there is none.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(488), Since(1, 9, 13)]
    string InspectGetProductVariant([Mountable] string root);

    /// <summary>First number of the version, 0 where it is unknown.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(489), Since(1, 5, 3)]
    int InspectGetMajorVersion([Mountable] string root);

    /// <summary>Second number of the version, 0 where it is unknown.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(490), Since(1, 5, 3)]
    int InspectGetMinorVersion([Mountable] string root);

    /// <summary>Architecture of the programs, such as <c>x86_64</c>.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(491), Since(1, 5, 3)]
    string InspectGetArch([Mountable] string root);

    /// <summary>The host name that the guest has in its files.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(492), Since(1, 7, 9)]
    string InspectGetHostname([Mountable] string root);

    /// <summary>Format of its packages: <c>deb</c>, <c>rpm</c>, <c>apk</c> and so on; <c>unknown</c> where it could not be told.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(485), Since(1, 7, 5)]
    string InspectGetPackageFormat([Mountable] string root);

    /// <summary>Program that manages its packages: <c>apt</c>, <c>dnf</c>, <c>apk</c> and so on; <c>unknown</c> where it could not be told.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(486), Since(1, 7, 5)]
    string InspectGetPackageManagement([Mountable] string root);

    /// <summary>Build id of the system; <c>unknown</c> where there is none.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(513), Since(1, 49, 8)]
    string InspectGetBuildId([Mountable] string root);

    /// <summary>Where the guest mounts what when it runs, taken from its fstab.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    /// <returns>Mount point → mountable.</returns>
    [DaemonAction(500), Since(1, 5, 3)]
    OrderedDictionary<string, string> InspectGetMountpoints([Mountable] string root);

    /// <summary>Every file system that the guest uses, swap included.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(501), Since(1, 5, 3)]
    [return: Mountable]
    string[] InspectGetFilesystems([Mountable] string root);

    /// <summary>Whether the guest is <c>installed</c> or an installer.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(482), Since(1, 9, 4), DeprecatedBy]
    string InspectGetFormat([Mountable] string root);

    /// <summary>Whether the guest is a live CD.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(497), Since(1, 9, 4), DeprecatedBy]
    bool InspectIsLive([Mountable] string root);

    /// <summary>Whether the guest is a network installer.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(498), Since(1, 9, 4), DeprecatedBy]
    bool InspectIsNetinst([Mountable] string root);

    /// <summary>Whether the guest is one of several installer disks.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [DaemonAction(499), Since(1, 9, 4), DeprecatedBy]
    bool InspectIsMultipart([Mountable] string root);
}
