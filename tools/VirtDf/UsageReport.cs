using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;
using VirtTools.Commands.Watch;

namespace VirtTools.Commands;

/// <summary>The job of virt-df.</summary>
internal static class UsageReport
{
    /// <summary>Reads all guests, several at once, and prints them in their order.</summary>
    public static async Task PrintAsync(UsageOptions options, CommandContext context, CancellationToken cancellationToken)
    {
        if (options.WatchInterval is not null)
        {
            await UsageWatch.RunAsync(options, context, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var keys = options.Keys.Open(context.Streams);
        var wanted = await options.Source(context).ListAsync(cancellationToken).ConfigureAwait(false);
        await GuestQueue.RunAsync(
            wanted,
            ManyGuests.AtOnce(options.Parallelism, wanted.Count, context),
            (drives, stop) => UsageReading.ReadGuestAsync(drives, options, keys, context, stop),
            guests => PrintAsync(guests, options, context.Streams),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Prints guests as they come, and a complaint for each thing that could not be read.</summary>
    public static async Task PrintAsync(IReadOnlyList<Task<GuestUsage>> guests, UsageOptions options, CommandStreams streams)
    {
        using var file = new MemoryStream();
        var output = options.OutputPath is null ? streams.Output : file;
        var writer = WriterFor(options);
        foreach (var guest in guests)
        {
            var usage = await guest.ConfigureAwait(false);
            writer.Add(output, usage);
            foreach (var failure in usage.Failures)
            {
                streams.Complain(failure.Device is null ? $"{usage.Name}: {failure.Reason}" : $"{usage.Name}: {failure.Device}: {failure.Reason}");
            }
        }

        writer.End(output);
        if (options.OutputPath is { } path)
        {
            ReplacedFile.Write(path, file.GetBuffer().AsSpan(0, (int)file.Length));
        }
    }

    private static IUsageWriter WriterFor(UsageOptions options) => options.Format switch
    {
        UsageFormat.Csv => new UsageCsv(options.CountsInodes),
        UsageFormat.Json => new UsageJson(),
        UsageFormat.JsonLines => new UsageJsonLines(),
        UsageFormat.Prometheus => new UsageMetrics(),
        _ => new UsageTable(options.CountsInodes, options.IsHuman),
    };
}
