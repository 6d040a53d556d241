namespace VirtTools.Daemon.Ext;

/// <summary>Reads what <c>tune2fs -l</c> prints.</summary>
internal static class Tune2fsOutput
{
    /// <summary>Each field with its value; empty where the file system has none.</summary>
    public static OrderedDictionary<string, string> Parse(string text)
    {
        var fields = new OrderedDictionary<string, string>();
        // The first line names the program.
        foreach (var line in text.Split('\n').Skip(1))
        {
            var colon = line.IndexOf(':');
            if (colon > 0)
            {
                var value = line[(colon + 1)..].Trim();
                fields[line[..colon]] = value is "<none>" or "<not available>" or "(none)" ? "" : value;
            }
        }

        return fields;
    }
}
