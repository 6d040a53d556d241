using VirtTools.Declarations;

namespace VirtTools;

/// <summary>An installed application or package, as the deprecated action returns it.</summary>
/// <param name="AppName">Name of the package; on Windows its key in the registry.</param>
/// <param name="AppDisplayName">Name for people, where it has another.</param>
/// <param name="AppEpoch">Epoch of the version; 0 where there is none.</param>
/// <param name="AppVersion">Version without epoch and release.</param>
/// <param name="AppRelease">Release of the package.</param>
/// <param name="AppInstallPath">Folder it is installed in, as the guest writes it.</param>
/// <param name="AppTransPath">The same as a path of the guest's file systems.</param>
/// <param name="AppPublisher">Who published it.</param>
/// <param name="AppUrl">Home page.</param>
/// <param name="AppSourcePackage">Name of the package that it was built from.</param>
/// <param name="AppSummary">One line about it.</param>
/// <param name="AppDescription">More lines about it.</param>
[WireStruct("application")]
public sealed record Application(
    string AppName,
    string AppDisplayName,
    int AppEpoch,
    string AppVersion,
    string AppRelease,
    string AppInstallPath,
    string AppTransPath,
    string AppPublisher,
    string AppUrl,
    string AppSourcePackage,
    string AppSummary,
    string AppDescription);
