using VirtTools.Declarations;

namespace VirtTools;

/// <summary>An entry of a directory.</summary>
/// <param name="Ino">Inode number.</param>
/// <param name="Ftyp">Kind: <c>r</c> plain file, <c>d</c> directory, <c>l</c> symbolic link, <c>b</c> block device, <c>c</c> character device, <c>f</c> named pipe, <c>s</c> socket, <c>u</c> not told, <c>?</c> something else.</param>
/// <param name="Name">Name.</param>
[WireStruct("dirent")]
public sealed record Dirent(
    long Ino,
    char Ftyp,
    string Name);
