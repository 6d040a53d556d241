namespace VirtTools.Declarations;

/// <summary>What the library makes of an operating system that inspection has found.</summary>
[Actions]
internal interface IInstalledSystemActions
{
    /// <summary>
    /// The short name that libosinfo's database may have for the operating system, such as <c>debian12</c>: a guess from type, distribution and
    /// version, <c>unknown</c> where there is none.
    /// </summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [LibraryAction, Since(1, 39, 1), Blocking]
    string InspectGetOsinfo([Mountable] string root);

    /// <summary>
    /// An icon of the operating system. It is a file of the guest, copied as it is, so be careful with what you hand it to. The guest's file systems
    /// must be mounted.
    /// </summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    /// <param name="favicon">False to leave <c>/etc/favicon.png</c> alone, which otherwise comes first.</param>
    /// <param name="highquality">True for nothing but large icons.</param>
    /// <returns>A PNG image of at most 1 MiB; no bytes where there is none.</returns>
    [LibraryAction, Since(1, 11, 12), Blocking]
    byte[] InspectGetIcon([Mountable] string root, [Optional] bool? favicon, [Optional] bool? highquality);

    /// <summary>The applications or packages that are installed, by name. The guest's file systems must be mounted.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    /// <returns>Nothing where the package format is unknown.</returns>
    /// <exception cref="GuestfsException">ENOTSUP: the appliance is not ours and its daemon cannot do it.</exception>
    [LibraryAction, Since(1, 19, 56), Blocking]
    Application2[] InspectListApplications2([Mountable] string root);

    /// <summary>The applications or packages that are installed, without their architecture.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [LibraryAction, Since(1, 7, 8), DeprecatedBy("inspect_list_applications2"), Blocking]
    Application[] InspectListApplications([Mountable] string root);
}
