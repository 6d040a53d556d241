using System.Globalization;
using VirtTools.Dispatch;

namespace VirtTools.Daemon.Files;

/// <summary>Programs that compress from standard input to standard output.</summary>
internal static class Compression
{
    /// <summary>The argument vector.</summary>
    /// <param name="level">1 to 9, null for the program's own choice.</param>
    /// <exception cref="DaemonException">EINVAL: unknown type, or a level that the program does not have.</exception>
    public static string[] Program(string type, int? level)
    {
        if (type is not ("compress" or "gzip" or "bzip2" or "xz" or "lzop" or "zstd"))
        {
            throw new DaemonException("EINVAL", $"{type}: unknown compression type");
        }

        if (level is null)
        {
            return [type, "-c"];
        }

        return type != "compress" && level is >= 1 and <= 9
            ? [type, "-c", "-" + level.Value.ToString(CultureInfo.InvariantCulture)]
            : throw new DaemonException("EINVAL", $"{level}: unsupported compression level for {type}");
    }
}
