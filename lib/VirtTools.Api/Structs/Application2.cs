using VirtTools.Declarations;

namespace VirtTools;

/// <summary>An installed application or package. A text that the guest does not tell is empty.</summary>
/// <param name="App2Name">Name of the package; on Windows its key in the registry.</param>
/// <param name="App2DisplayName">Name for people, where it has another.</param>
/// <param name="App2Epoch">Epoch of the version; 0 where there is none.</param>
/// <param name="App2Version">Version without epoch and release.</param>
/// <param name="App2Release">Release of the package.</param>
/// <param name="App2Arch">Architecture, in the words of the package format.</param>
/// <param name="App2InstallPath">Folder it is installed in, as the guest writes it.</param>
/// <param name="App2TransPath">The same as a path of the guest's file systems.</param>
/// <param name="App2Publisher">Who published it.</param>
/// <param name="App2Url">Home page.</param>
/// <param name="App2SourcePackage">Name of the package that it was built from.</param>
/// <param name="App2Summary">One line about it.</param>
/// <param name="App2Description">More lines about it.</param>
/// <param name="App2Class">What kind of entry it is, where the system divides them.</param>
/// <param name="App2Spare2">Always empty.</param>
/// <param name="App2Spare3">Always empty.</param>
/// <param name="App2Spare4">Always empty.</param>
[WireStruct("application2")]
public sealed record Application2(
    string App2Name,
    string App2DisplayName,
    int App2Epoch,
    string App2Version,
    string App2Release,
    string App2Arch,
    string App2InstallPath,
    string App2TransPath,
    string App2Publisher,
    string App2Url,
    string App2SourcePackage,
    string App2Summary,
    string App2Description,
    string App2Class,
    string App2Spare2,
    string App2Spare3,
    string App2Spare4);
