using System.Globalization;

namespace VirtTools.Daemon.Raid;

/// <summary>Reads /proc/mdstat (md(4)).</summary>
internal static class MdStatusFile
{
    /// <summary>The parts of an array.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="array">Name of the array, such as <c>md127</c>.</param>
    /// <returns>Null where the file does not list it.</returns>
    public static MdStat[]? Parse(string text, string array)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && words[0] == array && words[1] == ":")
            {
                return [.. words.Skip(2).Select(Part).OfType<MdStat>()];
            }
        }

        return null;
    }

    // sda1[0] or sdb1[2](S): device, number, flags. Other words of the line are the state and the level.
    private static MdStat? Part(string word)
    {
        var open = word.IndexOf('[');
        var close = word.IndexOf(']');
        if (open <= 0 || close < open
            || !int.TryParse(word.AsSpan(open + 1, close - open - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return null;
        }

        var flags = word[(close + 1)..].Replace("(", "", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal);
        return new($"/dev/{word[..open]}", index, flags);
    }
}
