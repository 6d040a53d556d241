using VirtTools.Declarations;

namespace VirtTools;

/// <summary>Version of the API that the library carries out.</summary>
/// <param name="Major">First number.</param>
/// <param name="Minor">Second number; even in stable versions.</param>
/// <param name="Release">Third number.</param>
/// <param name="Extra">Anything added to the version; mostly empty.</param>
[WireStruct("version")]
public sealed record LibraryVersion(
    long Major,
    long Minor,
    long Release,
    string Extra);
