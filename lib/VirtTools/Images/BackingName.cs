namespace VirtTools.Images;

/// <summary>Where the name of a second file, as an image header has it, leads to. Only plain local files are followed.</summary>
internal static class BackingName
{
    private static readonly string[] LiveFolders = ["/proc", "/sys", "/dev/fd", "/dev/stdin", "/dev/stdout", "/dev/stderr"];

    /// <summary>The path of a file that <paramref name="image"/> names: relative names start at the folder of the image.</summary>
    /// <param name="subject">How the message begins.</param>
    /// <param name="image">Path of the image, as it was opened.</param>
    /// <param name="file">What its header names.</param>
    /// <exception cref="ImageException">EINVAL: not a plain local path.</exception>
    public static string Resolve(string subject, string image, NamedFile file)
    {
        var name = file.Name;
        if (name.Length == 0 || name.Contains('\0'))
        {
            throw Refused("is no file name");
        }

        // A colon after a slash belongs to a file name (./a:b), as in QEMU's own rule.
        var first = name.AsSpan().IndexOfAny(':', '/');
        if (first >= 0 && name[first] == ':')
        {
            throw Refused($"is not a plain path but goes to QEMU's \"{name[..first]}:\" driver");
        }

        var path = name[0] == '/' ? name : image[..(image.LastIndexOf('/') + 1)] + name;
        return IsLive(path) ? throw Refused("is not a file on disk but a part of the running system") : path;

        ImageException Refused(string why) =>
            new("EINVAL", $"{subject}: its {file.What} {ImageException.Quote(name)} {why}, which is never followed; name a local file with qemu-img rebase -u -b FILE -F FORMAT");
    }

    private static bool IsLive(string path)
    {
        if (path[0] != '/')
        {
            return false;
        }

        var segments = new List<string>();
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == ".." && segments.Count > 0)
            {
                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment is not ("." or ".."))
            {
                segments.Add(segment);
            }
        }

        var plain = "/" + string.Join('/', segments);
        return Array.Exists(LiveFolders, folder => plain == folder || plain.StartsWith(folder + "/", StringComparison.Ordinal));
    }
}
