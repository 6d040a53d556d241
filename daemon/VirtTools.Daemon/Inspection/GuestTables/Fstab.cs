using System.Text;

namespace VirtTools.Daemon.Inspection.GuestTables;

/// <summary>A line of fstab(5).</summary>
/// <param name="Source">Device, or a tag such as <c>UUID=...</c>.</param>
/// <param name="Mountpoint">Where it is mounted; <c>none</c> or <c>swap</c> for swap space.</param>
/// <param name="Type">Types of file system with commas between.</param>
internal sealed record FstabEntry(string Source, string Mountpoint, string Type, IReadOnlyList<string> Options)
{
    private const string SubvolumeOption = "subvol=";
    private const string SubvolumeIdOption = "subvolid=";

    /// <summary>Whether one of the types is <paramref name="name"/>.</summary>
    public bool HasType(string name) => Type.Split(',').Contains(name);

    /// <summary>The subvolume of btrfs that is mounted, without a slash in front; null for the default one.</summary>
    public string? Subvolume => Option(SubvolumeOption)?.TrimStart('/') is { Length: > 0 } name ? name : null;

    /// <summary>The number of that subvolume; null where the line has none. The name counts where it has both.</summary>
    public ulong? SubvolumeId => ulong.TryParse(Option(SubvolumeIdOption), System.Globalization.NumberStyles.None, null, out var id) ? id : null;

    private string? Option(string name) =>
        Options.FirstOrDefault(text => text.StartsWith(name, StringComparison.Ordinal))?[name.Length..].Trim('"');
}

/// <summary>Reads fstab(5).</summary>
internal static class Fstab
{
    private const int MostEntries = 1000;

    /// <summary>The lines that can be understood; one that cannot costs only itself.</summary>
    public static List<FstabEntry> Parse(IEnumerable<string> lines)
    {
        var entries = new List<FstabEntry>();
        foreach (var line in lines)
        {
            var fields = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= 2 && fields[0][0] != '#' && entries.Count < MostEntries)
            {
                entries.Add(new(
                    Unescape(Unquote(fields[0])),
                    Unescape(fields[1]),
                    fields.Length > 2 ? fields[2] : "auto",
                    fields.Length > 3 ? fields[3].Split(',') : []));
            }
        }

        return entries;
    }

    // LABEL="x" and UUID="x" are allowed beside the plain forms.
    private static string Unquote(string source)
    {
        var equals = source.IndexOf('=');
        return equals > 0 && equals + 2 < source.Length && source[equals + 1] is '"' or '\'' && source[^1] == source[equals + 1]
            ? source[..(equals + 1)] + source[(equals + 2)..^1]
            : source;
    }

    // \040 and the like: a backslash and three octal digits.
    private static string Unescape(string field)
    {
        if (!field.Contains('\\'))
        {
            return field;
        }

        var plain = new StringBuilder(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && IsOctal(field[i + 1]) && IsOctal(field[i + 2]) && IsOctal(field[i + 3])
                && ((field[i + 1] - '0') << 6 | (field[i + 2] - '0') << 3 | (field[i + 3] - '0')) is > 0 and < 0x80 and var value)
            {
                plain.Append((char)value);
                i += 3;
            }
            else
            {
                plain.Append(field[i]);
            }
        }

        return plain.ToString();
    }

    private static bool IsOctal(char c) => c is >= '0' and <= '7';
}
