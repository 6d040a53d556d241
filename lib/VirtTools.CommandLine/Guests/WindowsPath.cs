namespace VirtTools.CommandLine.Guests;

/// <summary>A path as Windows writes it.</summary>
/// <param name="Letter">Letter of the drive in upper case; null for the system's own drive.</param>
/// <param name="Path">Path on that drive with forward slashes, beginning with one; letters as typed.</param>
internal readonly record struct WindowsPath(char? Letter, string Path)
{
    /// <summary>Reads <c>C:\Windows\win.ini</c>, <c>c:/windows/win.ini</c>, <c>\Windows</c> and <c>/Windows</c>.</summary>
    /// <returns>Null for a path that begins with neither a drive nor a slash: it would hang on a current folder.</returns>
    public static WindowsPath? Parse(string path)
    {
        char? letter = null;
        if (path.Length >= 2 && char.IsAsciiLetter(path[0]) && path[1] == ':')
        {
            letter = char.ToUpperInvariant(path[0]);
            path = path.Length == 2 ? "/" : path[2..];
        }

        path = path.Replace('\\', '/');
        return path.StartsWith('/') ? new(letter, path) : null;
    }
}
