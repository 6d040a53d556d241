using VirtTools.Posix;

namespace VirtTools.CommandLine.Options;

/// <summary>What <c>-a</c> takes: a path, or a URI.</summary>
internal static class ImageAddress
{
    /// <summary>What the argument of <c>-a</c> stands for.</summary>
    /// <param name="argument">A path or a URI.</param>
    /// <param name="format">What <c>--format</c> says of it.</param>
    /// <param name="blockSize">What <c>--blocksize</c> says of it.</param>
    /// <exception cref="UsageException">There is no such file, or it is no URI of a disk.</exception>
    public static DriveChoice ToChoice(string argument, string? format, int? blockSize)
    {
        var scheme = SchemeOf(argument);
        if (scheme is not (null or "file"))
        {
            return new RemoteChoice(DiskUri.Parse(scheme, argument), format, blockSize);
        }

        return new ImageChoice(ToPath(argument), format, blockSize);
    }

    /// <summary>The path that an argument stands for where only a local disk will do.</summary>
    /// <exception cref="UsageException">There is no such file, or the URI is not of a local file.</exception>
    public static string ToPath(string argument)
    {
        var path = ToNewPath(argument);
        return Exists(path) ? path : throw new UsageException($"{path}: no such file");
    }

    /// <summary>The same for a file that may not be there yet.</summary>
    /// <exception cref="UsageException">The URI is not of a local file.</exception>
    public static string ToNewPath(string argument) => SchemeOf(argument) switch
    {
        null => argument,
        "file" => LocalPath(argument),
        var scheme => throw new UsageException($"{DiskUri.WithoutSecret(argument)}: this must be a local disk, not one behind {scheme}:; name a file or a block device"),
    };

    /// <summary>An argument for messages.</summary>
    public static string WithoutSecret(string argument) => SchemeOf(argument) is null ? argument : DiskUri.WithoutSecret(argument);

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

        return PercentText.Decode(rest[slash..]);
    }
}
