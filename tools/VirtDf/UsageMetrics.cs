using System.Text;
using VirtTools.CommandLine.Output;

namespace VirtTools.Commands;

/// <summary>Metrics for Prometheus: a guest that could not be read has a series that says so, and each guest the time of its reading.</summary>
internal sealed class UsageMetrics : IUsageWriter
{
    private static readonly Metric[] s_filesystemMetrics =
    [
        new("virt_df_size_bytes", "Size of the file system.", u => u.TotalBytes),
        new("virt_df_used_bytes", "Space that is taken.", u => u.UsedBytes),
        new("virt_df_available_bytes", "Space that an ordinary user can take.", u => u.AvailableBytes),
        new("virt_df_inodes", "Inodes of the file system, 0 where their number is not fixed.", u => u.Counts.Files),
        new("virt_df_inodes_used", "Inodes that are taken.", u => u.UsedInodes),
    ];

    private readonly List<GuestUsage> _guests = [];

    public void Add(Stream output, GuestUsage guest) => _guests.Add(guest);

    public void End(Stream output)
    {
        var text = new PrometheusText();
        Write(text, WithDistinctNames());
        output.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    // Two series with the same labels make the whole file invalid; images of several folders may have one file name.
    private List<GuestUsage> WithDistinctNames()
    {
        var counts = new Dictionary<string, int>();
        return [.. _guests.Select(guest =>
        {
            var count = counts[guest.Name] = counts.GetValueOrDefault(guest.Name) + 1;
            return count == 1 ? guest : guest with { Name = $"{guest.Name} ({count})" };
        })];
    }

    /// <summary>The metrics of these guests.</summary>
    public static void Write(PrometheusText text, IReadOnlyList<GuestUsage> guests)
    {
        foreach (var metric in s_filesystemMetrics)
        {
            text.Gauge(metric.Name, metric.Help);
            foreach (var guest in guests)
            {
                foreach (var usage in guest.Filesystems)
                {
                    text.Sample(metric.Name, metric.Value(usage), ("guest", guest.Name), ("device", usage.Device), ("type", usage.Type));
                }
            }
        }

        WriteReadability(text, guests);
    }

    private static void WriteReadability(PrometheusText text, IReadOnlyList<GuestUsage> guests)
    {
        text.Gauge("virt_df_filesystem_readable", "1 if the file system could be read, 0 if not.");
        foreach (var guest in guests)
        {
            foreach (var usage in guest.Filesystems)
            {
                text.Sample("virt_df_filesystem_readable", guest.IsReadable ? 1 : 0, ("guest", guest.Name), ("device", usage.Device), ("type", usage.Type));
            }

            foreach (var failure in guest.Failures.Where(f => f.Device is not null))
            {
                text.Sample("virt_df_filesystem_readable", 0, ("guest", guest.Name), ("device", failure.Device!), ("type", failure.Type ?? ""));
            }
        }

        text.Gauge("virt_df_guest_readable", "1 if the guest could be opened, 0 if not.");
        foreach (var guest in guests)
        {
            text.Sample("virt_df_guest_readable", guest.IsReadable ? 1 : 0, ("guest", guest.Name));
        }

        text.Gauge("virt_df_read_timestamp_seconds", "When the guest was read, in seconds since 1970.");
        foreach (var guest in guests)
        {
            text.Sample("virt_df_read_timestamp_seconds", guest.Time, ("guest", guest.Name));
        }
    }

    private sealed record Metric(string Name, string Help, Func<FilesystemUsage, Int128> Value);
}
