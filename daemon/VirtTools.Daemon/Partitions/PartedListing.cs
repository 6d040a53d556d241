using System.Globalization;

namespace VirtTools.Daemon.Partitions;

/// <summary>A partition in the listing of parted; offsets in bytes.</summary>
internal sealed record PartedEntry(int Number, long Start, long End, long Size, string Name, string Flags);

/// <summary>
/// What <c>parted -m</c> prints in bytes. Only for tables that the daemon does not read by itself (mac, sun, bsd and so on). The listing has no
/// quoting, so a name may hold the separators: fields are counted from the side on which no name stands.
/// </summary>
/// <param name="Table">Kind of table, as parted calls it.</param>
internal sealed record PartedListing(string Table, IReadOnlyList<PartedEntry> Entries)
{
    private const int FieldsOfDisk = 8;
    private const int FieldsOfEntry = 7;

    /// <summary>Reads the listing.</summary>
    /// <returns>Null where the text is no such listing.</returns>
    public static PartedListing? Parse(string text)
    {
        var lines = text.Split('\n');
        var disk = Array.FindIndex(lines, line => line.StartsWith("/dev/", StringComparison.Ordinal));
        if (disk < 0 || lines[disk].TrimEnd(';').Split(':') is not { Length: >= FieldsOfDisk } fields)
        {
            return null;
        }

        var entries = new List<PartedEntry>();
        foreach (var line in lines.AsSpan(disk + 1))
        {
            if (Entry(line) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return new(fields[5], entries);
    }

    private static PartedEntry? Entry(string line)
    {
        var fields = line.TrimEnd(';').Split(':');
        if (fields.Length < FieldsOfEntry
            || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || Bytes(fields[1]) is not { } start || Bytes(fields[2]) is not { } end || Bytes(fields[3]) is not { } size)
        {
            return null;
        }

        return new(number, start, end, size, string.Join(':', fields[5..^1]), fields[^1]);
    }

    private static long? Bytes(string field) =>
        field.EndsWith('B') && long.TryParse(field.AsSpan(0, field.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : null;
}
