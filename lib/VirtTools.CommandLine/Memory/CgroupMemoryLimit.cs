using System.Globalization;

namespace VirtTools.CommandLine.Memory;

/// <summary>How much memory the control groups of a process still allow (cgroups(7)), in either version of them.</summary>
/// <param name="membership">The text of /proc/PID/cgroup.</param>
/// <param name="read">Reads a file below /sys/fs/cgroup; null where it is not there.</param>
internal sealed class CgroupMemoryLimit(string membership, Func<string, string?> read)
{
    // Version 1 writes a number near the largest one where there is no limit.
    private const long Unlimited = 1L << 60;

    /// <summary>The groups of this process.</summary>
    public static CgroupMemoryLimit OfThisProcess() =>
        new(ProcFile.TryRead("/proc/self/cgroup") ?? "", path => ProcFile.TryRead("/sys/fs/cgroup/" + path));

    /// <summary>Bytes until the nearest limit; the page cache, which gives way, does not count as used. Null where nothing is limited.</summary>
    public long? Left
    {
        get
        {
            long? least = null;
            foreach (var (folder, isFirstVersion) in Groups())
            {
                var left = isFirstVersion
                    ? LeftIn(folder, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
                    : LeftIn(folder, "memory.max", "memory.current", "inactive_file");
                least = left is { } bytes && !(bytes >= least) ? bytes : least;
            }

            return least;
        }
    }

    // The group itself and all above it: each limits those below. In a container the path may be one of the host's, of which only the top is to be seen.
    private IEnumerable<(string Folder, bool IsFirstVersion)> Groups()
    {
        foreach (var line in membership.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(':', 3) is not [var number, var controllers, var path])
            {
                continue;
            }

            var isFirstVersion = controllers.Split(',').Contains("memory");
            if (!isFirstVersion && (number, controllers) != ("0", ""))
            {
                continue;
            }

            var top = isFirstVersion ? "memory" : "";
            for (var folder = path.TrimEnd('/'); folder.Length > 0; folder = folder[..folder.LastIndexOf('/')])
            {
                yield return (top + folder + "/", isFirstVersion);
            }

            yield return (top.Length > 0 ? top + "/" : "", isFirstVersion);
        }
    }

    private long? LeftIn(string folder, string limitFile, string usageFile, string cacheRow)
    {
        folder = folder.TrimStart('/');
        return Number(read(folder + limitFile)) is { } limit and < Unlimited && Number(read(folder + usageFile)) is { } usage
            ? Math.Clamp(limit - usage + Cache(read(folder + "memory.stat"), cacheRow), 0, limit)
            : null;
    }

    private static long Cache(string? table, string row)
    {
        foreach (var line in (table ?? "").Split('\n'))
        {
            if (line.StartsWith(row + " ", StringComparison.Ordinal))
            {
                return Math.Max(0, Number(line[(row.Length + 1)..]) ?? 0);
            }
        }

        return 0;
    }

    private static long? Number(string? text) => long.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
