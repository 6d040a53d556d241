using VirtTools.Declarations;

namespace VirtTools;

/// <summary>An extended attribute of a file.</summary>
/// <param name="Attrname">Name, such as <c>user.comment</c>; in a list for several files, an empty name starts the next file.</param>
/// <param name="Attrval">Value; in such a list, the number of attributes that follow, in decimal, or nothing for a file that could not be read.</param>
[WireStruct("xattr")]
public sealed record Xattr(
    string Attrname,
    byte[] Attrval);
