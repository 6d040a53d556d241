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

    /// <summary>The first line that is neither blank nor a comment, without blanks around it.</summary>
    public string? ReadLine(string path)
    {
        foreach (var line in (ReadText(path) ?? "").Split('\n'))
        {
            if (line.Trim() is { Length: > 0 } text && text[0] != '#')
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>At most so many bytes from the start of a regular file; null where there is none.</summary>
    public byte[]? ReadHead(string path, int most)
    {
        try
        {
            using var file = root.OpenForReading(path);
            if (Descriptors.Stat(file).Kind != FileKind.Regular)
            {
                return null;
            }

            var buffer = new byte[Math.Min(most, Math.Max(0, Descriptors.SizeOf(file)))];
            return buffer.AsSpan(0, Descriptors.ReadAt(file, buffer, 0)).ToArray();
        }
        catch (PosixException)
        {
            return null;
        }
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
