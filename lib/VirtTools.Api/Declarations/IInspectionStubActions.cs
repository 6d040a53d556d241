namespace VirtTools.Declarations;

/// <summary>Stands in for declarations of another branch: this file goes when the two come together.</summary>
[Actions]
internal interface IInspectionStubActions
{
    /// <summary>The short name that libosinfo's database may have for the operating system.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [LibraryAction, Since(1, 39, 1), Blocking]
    string InspectGetOsinfo([Mountable] string root);

    /// <summary>An icon of the operating system.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    /// <param name="favicon">False to leave <c>/etc/favicon.png</c> alone.</param>
    /// <param name="highquality">True for nothing but large icons.</param>
    [LibraryAction, Since(1, 11, 12), Blocking]
    byte[] InspectGetIcon([Mountable] string root, [Optional] bool? favicon, [Optional] bool? highquality);

    /// <summary>The applications or packages that are installed.</summary>
    /// <param name="root">A root found by <c>inspect_os</c>.</param>
    [LibraryAction, Since(1, 19, 56), Blocking]
    Application2[] InspectListApplications2([Mountable] string root);
}
