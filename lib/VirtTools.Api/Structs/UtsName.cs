using VirtTools.Declarations;

namespace VirtTools;

/// <summary>Name and version of a kernel.</summary>
/// <param name="UtsSysname">Name of the system, <c>Linux</c>.</param>
/// <param name="UtsRelease">Release, such as <c>6.1.0-18-amd64</c>.</param>
/// <param name="UtsVersion">Version of the build.</param>
/// <param name="UtsMachine">Architecture, such as <c>x86_64</c>.</param>
[WireStruct("utsname")]
public sealed record UtsName(
    string UtsSysname,
    string UtsRelease,
    string UtsVersion,
    string UtsMachine);
