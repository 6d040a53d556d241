using Microsoft.Win32.SafeHandles;
using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Daemon.Inspection;

/// <summary>
/// The files of a guest that inspection looks at. Links are followed inside the guest only, reads are bounded, and whatever is not there, is no
/// file, is too large or cannot be read is simply absent: a broken file costs what it would have said and nothing more.
/// </summary>
internal sealed class GuestFiles(GuestRoot root)
{
    private const int LargestText = 1024 * 1024;
    private const int LongestName = 4096;

    /// <summary>The tree in which they are.</summary>
    public GuestRoot Root => root;

    /// <summary>Whether the path leads to a regular file.</summary>
    public bool IsFile(string path) => KindOf(path, LastLink.Follow) == FileKind.Regular;

    /// <summary>Whether the path leads to a folder.</summary>
    public bool IsFolder(string path) => KindOf(path, LastLink.Follow) == FileKind.Directory;

    /// <summary>Whether the path is a folder, or a link, whatever there may be at its end: of a merged /usr on a file system of its own.</summary>
    public bool IsFolderOrLink(string path) => KindOf(path, LastLink.Keep) is FileKind.Directory or FileKind.SymbolicLink;

    /// <summary>Whether the path is a link.</summary>
    public bool IsLink(string path) => KindOf(path, LastLink.Keep) == FileKind.SymbolicLink;

    /// <summary>Opens a regular file; null where there is none.</summary>
    public SafeFileHandle? OpenFile(string path)
    {
        try
        {
            var file = root.OpenForReading(path);
            if (Descriptors.Stat(file).Kind == FileKind.Regular)
            {
                return file;
            }

            file.Dispose();
        }
        catch (PosixException)
        {
            // Gone, a loop of links, or damaged.
        }

        return null;
    }

    /// <summary>The content of a text file of at most 1 MiB; null where there is none.</summary>
    public string? ReadText(string path) => ReadHead(path, LargestText + 1) is { } bytes && bytes.Length <= LargestText
        ? ByteString.GetString(bytes)
        : null;

    /// <summary>The first line that is neither blank nor a comment, without blanks around it, cut to 4096 characters.</summary>
    public string? ReadLine(string path)
    {
        foreach (var line in (ReadText(path) ?? "").Split('\n'))
        {
            if (line.Trim() is { Length: > 0 } text && text[0] != '#')
            {
                return TextBounds.Cut(text, LongestName);
            }
        }

        return null;
    }

    /// <summary>The lines of a text file of any size, up to a bound; no line where there is none.</summary>
    /// <param name="most">How many bytes are looked at.</param>
    public IEnumerable<string> Lines(string path, long most)
    {
        using var file = Open(path, most);
        if (file is null)
        {
            yield break;
        }

        foreach (var line in GuestLines.Of(file))
        {
            yield return line;
        }
    }

    /// <summary>At most so many bytes from the start of a regular file; null where there is none.</summary>
    public byte[]? ReadHead(string path, int most)
    {
        using var file = Open(path, most);
        if (file is null)
        {
            return null;
        }

        var buffer = new byte[Math.Min(most, file.Length)];
        return file.ReadSome(0, buffer) is >= 0 and var length ? buffer.AsSpan(0, length).ToArray() : null;
    }

    /// <summary>A regular file, to read here and there; null where there is none.</summary>
    /// <param name="allowance">How many bytes may be read of it in all.</param>
    public GuestFile? Open(string path, long allowance) =>
        OpenFile(path) is { } file ? new(file, Descriptors.SizeOf(file), allowance) : null;

    /// <summary>The names in a folder, sorted by bytes; none where it cannot be read.</summary>
    /// <param name="most">How many are looked at.</param>
    public List<string> Names(string path, int most)
    {
        var names = new List<string>();
        try
        {
            using var folder = root.OpenFolder(path);
            names.AddRange(Folder.Entries(folder).Take(most).Select(entry => entry.Name));
        }
        catch (PosixException)
        {
            // Not there, or damaged from here on.
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private FileKind? KindOf(string path, LastLink link)
    {
        try
        {
            return root.TryStat(path, link)?.Kind;
        }
        catch (PosixException)
        {
            // A loop of links, or a file system that is damaged there.
            return null;
        }
    }
}
