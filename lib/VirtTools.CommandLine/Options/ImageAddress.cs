using VirtTools.Posix;

namespace VirtTools.CommandLine.Options;

/// <summary>What <c>-a</c> takes: a path, or a URI.</summary>
internal static class ImageAddress
{
    /// <summary>The path that the argument of <c>-a</c> stands for.</summary>
    /// <exception cref="UsageException">There is no such file, or the URI is not of a local file.</exception>
    public static string ToPath(string argument)
    {
        var path = ToNewPath(argument);
        return Exists(path) ? path : throw new UsageException($"{path}: no such file");
    }

    /// <summary>The same for a file that may not be there yet.</summary>
    /// <exception cref="UsageException">The URI is not of a local file.</exception>
    public static string ToNewPath(string argument)
    {
        var path = argument;
        if (SchemeOf(argument) is { } scheme)
        {
            path = scheme == "file"
                ? LocalPath(argument)
                : throw new UsageException($"{argument}: disks reached by {scheme}: are not in this version, only local files are");
        }

        return path;
    }

    /// <summary>Whether something is at that path; what cannot be looked at counts as there, so that opening it tells why.</summary>
    public static bool Exists(string path)
    {
        try
        {
            return path.Length > 0 && Descriptors.TryStat(path) is not null;
        }
        catch (PosixException)
        {
            return true;
        }
    }

    private static string? SchemeOf(string argument)
    {
        var end = argument.IndexOf("://", StringComparison.Ordinal);
        var scheme = end > 0 ? argument[..end] : "";
        return scheme.Length > 0 && char.IsAsciiLetter(scheme[0]) && scheme.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.') ? scheme : null;
    }

    private static string LocalPath(string uri)
    {
        var rest = uri["file://".Length..];
        var slash = rest.IndexOf('/');
        if (slash < 0)
        {
            throw new UsageException($"{uri}: no path in this URI (file:///PATH)");
        }

        return Unescape(rest[slash..]);
    }

    /// <summary>Undoes %NN byte by byte, since a path is bytes.</summary>
    private static string Unescape(string path)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] == '%' && i + 2 < path.Length && char.IsAsciiHexDigit(path[i + 1]) && char.IsAsciiHexDigit(path[i + 2]))
            {
                bytes.Add(Convert.FromHexString(path.AsSpan(i + 1, 2))[0]);
                i += 2;
            }
            else
            {
                var length = i + 1 < path.Length && char.IsSurrogatePair(path[i], path[i + 1]) ? 2 : 1;
                bytes.AddRange(ByteString.GetBytes(path.Substring(i, length)));
                i += length - 1;
            }
        }

        return ByteString.GetString(bytes.ToArray());
    }
}
