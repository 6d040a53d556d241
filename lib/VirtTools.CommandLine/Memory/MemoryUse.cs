using System.Globalization;

namespace VirtTools.CommandLine.Memory;

/// <summary>Memory of a process, or of several together.</summary>
/// <param name="Proportional">PSS in bytes: each page divided by the number of processes that share it.</param>
/// <param name="Private">Bytes that nobody shares, and that would be free if the process ended.</param>
internal readonly record struct MemoryUse(long Proportional, long Private)
{
    private const int KibiByte = 1024;

    public static MemoryUse operator +(MemoryUse left, MemoryUse right) =>
        new(left.Proportional + right.Proportional, left.Private + right.Private);

    /// <summary>Each of the two numbers at its largest.</summary>
    public static MemoryUse Largest(MemoryUse left, MemoryUse right) =>
        new(Math.Max(left.Proportional, right.Proportional), Math.Max(left.Private, right.Private));

    /// <summary>Of a running process; null where it is gone, or we may not look.</summary>
    public static MemoryUse? OfProcess(int process) => ProcFile.TryRead($"/proc/{process}/smaps_rollup") is { Length: > 0 } rollup ? Parse(rollup) : null;

    /// <summary>Reads the text of /proc/PID/smaps_rollup (proc(5)). A process without memory has an empty one.</summary>
    public static MemoryUse Parse(string rollup)
    {
        var use = default(MemoryUse);
        foreach (var line in rollup.AsSpan().EnumerateLines())
        {
            var colon = line.IndexOf(':');
            if (colon < 0 || !TryReadSize(line[(colon + 1)..], out var bytes))
            {
                continue;
            }

            use += line[..colon] switch
            {
                "Pss" => new(bytes, 0),
                "Private_Clean" or "Private_Dirty" => new(0, bytes),

                // Huge pages of hugetlbfs are left out of Pss and of the other two.
                "Private_Hugetlb" => new(bytes, bytes),
                _ => default,
            };
        }

        return use;
    }

    private static bool TryReadSize(ReadOnlySpan<char> text, out long bytes)
    {
        const string Unit = " kB";
        bytes = 0;
        if (!text.EndsWith(Unit) || !long.TryParse(text[..^Unit.Length], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        bytes = number * KibiByte;
        return true;
    }
}
