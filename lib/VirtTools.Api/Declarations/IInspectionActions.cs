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

    /// <summary>The packages in the RPM database of the guest that is mounted; texts that do not fit into one message are left out.</summary>
    [DaemonAction(510), Since(1, 45, 3), InternalAction]
    Application2[] InternalListRpmApplications();

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

    /// <summary>Folder of a Windows system, such as <c>/Windows</c>, with the letters as they are on the file system.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    /// <exception cref="GuestfsException">EINVAL: the guest is no Windows.</exception>
    [DaemonAction(493), Since(1, 5, 25)]
    string InspectGetWindowsSystemroot([Mountable] string root);

    /// <summary>Path of the registry hive SOFTWARE.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    /// <exception cref="GuestfsException">EINVAL: the guest is no Windows, or has no such file.</exception>
    [DaemonAction(494), Since(1, 35, 26)]
    string InspectGetWindowsSoftwareHive([Mountable] string root);

    /// <summary>Path of the registry hive SYSTEM.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    /// <exception cref="GuestfsException">EINVAL: the guest is no Windows, or has no such file.</exception>
    [DaemonAction(495), Since(1, 35, 26)]
    string InspectGetWindowsSystemHive([Mountable] string root);

    /// <summary>Name of the control set that Windows uses, such as <c>ControlSet001</c>.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    /// <exception cref="GuestfsException">EINVAL: the guest is no Windows, or its registry does not say.</exception>
    [DaemonAction(496), Since(1, 9, 17)]
    string InspectGetWindowsCurrentControlSet([Mountable] string root);

    /// <summary>Whether a group policy holds for the Windows guest.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    /// <exception cref="GuestfsException">EINVAL: the guest is no Windows.</exception>
    [DaemonAction(521), Since(1, 57, 6)]
    bool InspectGetWindowsGroupPolicy([Mountable] string root);

    /// <summary>Drive letters of a Windows guest.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    /// <returns>Letter, such as <c>C</c> → device; empty where the guest is no Windows or its registry does not say.</returns>
    [DaemonAction(502), Since(1, 9, 17)]
    OrderedDictionary<string, string> InspectGetDriveMappings([Mountable] string root);

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
