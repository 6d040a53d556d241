using System.Globalization;
using VirtTools.CommandLine.Memory;

namespace VirtTools.Bench.Memory;

/// <summary>The control group that counts the memory of this process and its children. It is only looked at.</summary>
internal sealed class MemoryCgroup
{
    private readonly string _file;

    private MemoryCgroup(string file) => _file = file;

    /// <summary>Bytes in use now, page cache and kernel memory included; null if that cannot be read any more.</summary>
    public long? Usage => long.TryParse(ProcFile.TryRead(_file), CultureInfo.InvariantCulture, out var bytes) ? bytes : null;

    /// <summary>The group of this process; null where there is none or it cannot be read.</summary>
    public static MemoryCgroup? OfThisProcess() =>
        FilesFor(ProcFile.TryRead("/proc/self/cgroup") ?? "").Select(file => new MemoryCgroup(file)).FirstOrDefault(group => group.Usage is not null);

    /// <summary>Where the use of memory may be told, from the text of /proc/PID/cgroup (cgroups(7)), the version 1 hierarchy first.</summary>
    public static IEnumerable<string> FilesFor(string membership)
    {
        var lines = membership.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3).ToList();
        var first = lines.Where(parts => parts[1].Split(',').Contains("memory")).Select(parts => $"/sys/fs/cgroup/memory{Folder(parts)}memory.usage_in_bytes");
        var second = lines.Where(parts => parts is ["0", "", _]).Select(parts => $"/sys/fs/cgroup{Folder(parts)}memory.current");
        return first.Concat(second);

        static string Folder(string[] parts) => parts[2].TrimEnd('/') + "/";
    }
}
