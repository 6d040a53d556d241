using VirtTools.CommandLine.Output;

namespace VirtTools.Commands.Watch;

/// <summary>The metrics of the watch: those of a single run, and how each guest fares over time.</summary>
internal static class WatchMetrics
{
    /// <summary>The whole file.</summary>
    /// <param name="guests">The guests in their order; those that were never read yet are left out.</param>
    /// <param name="isListed">Whether the guests could be listed in the last round.</param>
    /// <param name="now">Seconds since 1970.</param>
    public static string Write(IReadOnlyList<WatchedGuest> guests, bool isListed, long now)
    {
        var text = new PrometheusText();
        var known = guests.Where(g => g.Usage is not null).ToList();
        UsageMetrics.Write(text, [.. known.Select(g => g.Usage!)]);
        Append(text.Gauge("virt_df_last_success_timestamp_seconds", "When the figures of the guest were last known to be right, 0 for never."), g => g.LastSuccess);
        Append(text.Counter("virt_df_reads_total", "How often the guest was read; an image that has not changed is not read again."), g => g.Reads);
        Append(text.Counter("virt_df_failures_total", "How often the guest could not be opened, or not in time."), g => g.Failures);
        text.Gauge("virt_df_guests_listed", "1 if the guests could be listed, 0 if not.").Sample("virt_df_guests_listed", isListed ? 1 : 0);
        text.Gauge("virt_df_watch_timestamp_seconds", "When this file was written.").Sample("virt_df_watch_timestamp_seconds", now);
        return text.ToString();

        void Append(PrometheusText metric, Func<WatchedGuest, long> value)
        {
            foreach (var guest in known)
            {
                metric.Sample(metric.Name, value(guest), ("guest", guest.Name));
            }
        }
    }
}
