using System.Globalization;
using VirtTools.CommandLine.Memory;

namespace VirtTools.Bench.Memory;

/// <summary>Who started whom, read from /proc.</summary>
internal static class ProcessTree
{
    /// <summary>The process numbers of everything that the process started, and what those started, at this moment.</summary>
    public static IReadOnlyList<int> DescendantsOf(int processId)
    {
        var children = new Dictionary<int, List<int>>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && ProcFile.TryRead($"{folder}/stat") is { } status && ParentIn(status) is { } parent)
            {
                (children.TryGetValue(parent, out var known) ? known : children[parent] = []).Add(number);
            }
        }

        return Below(processId, children);
    }

    /// <summary>The parent's number in the text of /proc/PID/stat; null where the text is none.</summary>
    public static int? ParentIn(string status)
    {
        // The second field is the program's name in brackets, and may itself hold brackets and spaces.
        var end = status.LastIndexOf(')');
        return end >= 0 && status[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var parent, ..]
            && int.TryParse(parent, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }

    /// <summary>Everything below a process in a table of children.</summary>
    public static IReadOnlyList<int> Below(int processId, IReadOnlyDictionary<int, List<int>> children)
    {
        var found = new List<int>();
        Add(processId);
        return found;

        void Add(int parent)
        {
            foreach (var child in children.TryGetValue(parent, out var known) ? known : [])
            {
                found.Add(child);
                Add(child);
            }
        }
    }
}
