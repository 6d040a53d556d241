using System.Globalization;

namespace VirtTools.Daemon.Btrfs;

/// <summary>Reads what the programs of btrfs print. Names in it come from the disk; a line that does not fit is left out.</summary>
internal static class BtrfsOutput
{
    private const string SnapshotsField = "Snapshot(s)";

    /// <summary>The fields of <c>btrfs subvolume show</c>; snapshots with commas between.</summary>
    public static OrderedDictionary<string, string> Fields(string text)
    {
        var fields = new OrderedDictionary<string, string>();
        var inSnapshots = false;
        foreach (var line in text.Split('\n').Skip(1))
        {
            var trimmed = line.Trim();
            if (inSnapshots && trimmed.Length > 0 && line.StartsWith("\t\t", StringComparison.Ordinal))
            {
                var known = fields[SnapshotsField];
                fields[SnapshotsField] = known.Length == 0 ? trimmed : $"{known},{trimmed}";
                continue;
            }

            var colon = trimmed.IndexOf(':');
            if (colon > 0)
            {
                var name = trimmed[..colon];
                fields[name] = trimmed[(colon + 1)..].Trim();
                inSnapshots = name == SnapshotsField;
            }
        }

        return fields;
    }

    /// <summary>The devices in <c>devid 1 size ... used ... path /dev/sda</c> of <c>btrfs filesystem show</c>.</summary>
    public static List<string> Devices(string text)
    {
        const string PathField = " path ";
        var devices = new List<string>();
        foreach (var line in text.Split('\n'))
        {
            var place = line.IndexOf(PathField, StringComparison.Ordinal);
            if (line.TrimStart().StartsWith("devid ", StringComparison.Ordinal) && place > 0)
            {
                var device = line[(place + PathField.Length)..].Trim();
                devices.Add(device.EndsWith(" MISSING", StringComparison.Ordinal) ? device[..^" MISSING".Length] : device);
            }
        }

        return devices;
    }

    /// <summary>Whether <c>btrfs filesystem show</c> misses a device.</summary>
    public static bool HasMissingDevices(string text) =>
        text.Contains("Some devices missing", StringComparison.Ordinal) || text.Contains(" MISSING", StringComparison.Ordinal);

    /// <summary>The rows of <c>btrfs qgroup show --raw</c>.</summary>
    public static List<BtrfsQgroup> Qgroups(string text)
    {
        var groups = new List<BtrfsQgroup>();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 3 && words[0].Contains('/')
                && ulong.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var referenced)
                && ulong.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out var exclusive))
            {
                groups.Add(new(words[0], referenced, exclusive));
            }
        }

        return groups;
    }

    /// <summary>What <c>btrfs balance status</c> says.</summary>
    public static BtrfsBalance Balance(string text)
    {
        if (text.Contains("No balance found", StringComparison.Ordinal))
        {
            return new("none", 0, 0, 0, 0);
        }

        var lines = text.Split('\n');
        var place = lines[0].LastIndexOf(" is ", StringComparison.Ordinal);
        var state = place < 0 ? "" : lines[0][(place + " is ".Length)..].Trim().Split(',')[0];
        // 1 out of about 3 chunks balanced (2 considered),  67% left
        var numbers = lines.Length < 2 ? [] : Numbers(lines[1]);
        return numbers is [var balanced, var total, var considered, var left, ..]
            ? new(state, total, balanced, considered, left)
            : new(state, 0, 0, 0, 0);
    }

    /// <summary>The counters <c>name: number</c> of <c>btrfs scrub status -R</c>.</summary>
    public static BtrfsScrub Scrub(string text)
    {
        var counters = new Dictionary<string, ulong>();
        foreach (var line in text.Split('\n'))
        {
            var colon = line.LastIndexOf(':');
            if (colon > 0 && ulong.TryParse(line.AsSpan(colon + 1).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                counters[line[..colon].Trim()] = number;
            }
        }

        ulong Counter(string name) => counters.GetValueOrDefault(name);
        return new(
            Counter("data_extents_scrubbed"), Counter("tree_extents_scrubbed"), Counter("data_bytes_scrubbed"), Counter("tree_bytes_scrubbed"),
            Counter("read_errors"), Counter("csum_errors"), Counter("verify_errors"), Counter("no_csum"), Counter("csum_discards"),
            Counter("super_errors"), Counter("malloc_errors"), Counter("uncorrectable_errors"), Counter("unverified_errors"),
            Counter("corrected_errors"), Counter("last_physical"));
    }

    private static ulong[] Numbers(string line)
    {
        var numbers = new List<ulong>();
        for (var i = 0; i < line.Length;)
        {
            var length = line.AsSpan(i).IndexOfAnyExceptInRange('0', '9');
            length = length < 0 ? line.Length - i : length;
            if (length > 0 && ulong.TryParse(line.AsSpan(i, length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                numbers.Add(number);
            }

            i += Math.Max(1, length);
        }

        return [.. numbers];
    }
}
