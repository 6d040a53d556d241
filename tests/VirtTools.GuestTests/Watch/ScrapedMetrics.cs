using System.Globalization;

namespace VirtTools.GuestTests.Watch;

/// <summary>The file with the metrics as a reader found it at one moment.</summary>
internal sealed class ScrapedMetrics
{
    private const string LastMetric = "virt_df_watch_timestamp_seconds";

    // What a single run and the watch have in common and what says how full a guest is.
    private static readonly string[] s_figures =
        ["virt_df_size_bytes", "virt_df_used_bytes", "virt_df_available_bytes", "virt_df_inodes", "virt_df_inodes_used", "virt_df_filesystem_readable"];

    private const string GuestLabel = "{guest=\"";

    private readonly Dictionary<string, long> _samples = [];
    private readonly Dictionary<string, List<string>> _figures = [];

    private ScrapedMetrics(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(line => line[0] != '#'))
        {
            var space = line.LastIndexOf(' ');
            _samples.Add(line[..space], long.Parse(line[(space + 1)..], CultureInfo.InvariantCulture));
            if (line.IndexOf(GuestLabel, StringComparison.Ordinal) is > 0 and var brace && s_figures.Contains(line[..brace]))
            {
                var end = line.IndexOf('"', brace + GuestLabel.Length);
                var guest = line[(brace + GuestLabel.Length)..end];
                (_figures.TryGetValue(guest, out var known) ? known : _figures[guest] = []).Add(line[..brace] + line[(end + 1)..]);
            }
        }
    }

    /// <summary>When the file was written, in seconds since 1970.</summary>
    public long Written => _samples[LastMetric];

    /// <summary>How many guests there are.</summary>
    public int Guests => _samples.Keys.Count(name => name.StartsWith("virt_df_guest_readable{", StringComparison.Ordinal));

    /// <summary>How often the guests that there are now were read.</summary>
    public long AllReads => Sum("virt_df_reads_total{");

    /// <summary>How often that failed.</summary>
    public long AllFailures => Sum("virt_df_failures_total{");

    /// <summary>The file's content; null where it breaks off somewhere.</summary>
    public static ScrapedMetrics? TryParse(string text) => IsWhole(text) ? Parse(text) : null;

    /// <summary>Metrics of any run.</summary>
    public static ScrapedMetrics Parse(string text) => new(text.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>What a metric says of a guest; null where it says nothing.</summary>
    public long? Of(string metric, string guest) => _samples.TryGetValue($"{metric}{{guest=\"{guest}\"}}", out var value) ? value : null;

    /// <summary>How often the guest was read; 0 where it is not known.</summary>
    public long Reads(string guest) => Of("virt_df_reads_total", guest) ?? 0;

    public long Failures(string guest) => Of("virt_df_failures_total", guest) ?? 0;

    public bool IsReadable(string guest) => Of("virt_df_guest_readable", guest) == 1;

    /// <summary>Sizes and counts of all file systems of a guest, without its name, one a line.</summary>
    public string Figures(string guest) => _figures.TryGetValue(guest, out var lines) ? string.Join('\n', lines.Order(StringComparer.Ordinal)) : "";

    private long Sum(string prefix) => _samples.Where(sample => sample.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(sample => sample.Value);

    private static bool IsWhole(string text) =>
        text.EndsWith('\n') && text.TrimEnd('\n').Split('\n')[^1].StartsWith(LastMetric + " ", StringComparison.Ordinal);
}
