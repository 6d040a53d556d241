using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Keys;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;

namespace VirtTools.Commands;

/// <summary>The job of virt-inspector.</summary>
internal static class GuestInspection
{
    /// <summary>Launches, looks, prints; or answers a query on standard input.</summary>
    public static Task PrintAsync(InspectorOptions options, CommandContext context, CancellationToken cancellationToken) =>
        options.XPath is { } query
            ? XmlQuery.RunAsync(query, Console.OpenStandardInput(), context.Streams, cancellationToken)
            : OpenAndPrintAsync(options, context, cancellationToken);

    /// <summary>Prints what is in a launched guest.</summary>
    /// <param name="encrypted">Opens encrypted devices where nothing is found without them; null to leave them closed.</param>
    public static async Task PrintAsync(
        GuestActions guest,
        IGuestDetails details,
        EncryptedDevices? encrypted,
        InspectorOptions options,
        string guestName,
        CommandStreams streams,
        CancellationToken cancellationToken)
    {
        var reading = new InspectionReading(guest, details, guestName, streams);
        var systems = await ReadAsync().ConfigureAwait(false);
        if (systems.Count == 0 && encrypted is not null && await encrypted.OpenAsync(cancellationToken).ConfigureAwait(false))
        {
            systems = await ReadAsync().ConfigureAwait(false);
        }

        encrypted?.Warn(streams);
        if (systems.Count == 0)
        {
            // That there is none is an answer too: a document without any, and for people the reason.
            var reason = await WhyNothingFound.DescribeAsync(guest, advice: "", cancellationToken).ConfigureAwait(false);
            streams.Warn($"{guestName}: no operating system found; {reason}");
        }

        Print(systems, options.Format, streams);

        Task<IReadOnlyList<OperatingSystem>> ReadAsync() => reading.ReadAsync(
            options.HasApplications ? Wanted.Yes : Wanted.No, options.HasIcon ? Wanted.Yes : Wanted.No, cancellationToken);
    }

    private static void Print(IReadOnlyList<OperatingSystem> systems, InspectionFormat format, CommandStreams streams)
    {
        switch (format)
        {
            case InspectionFormat.Json:
                InspectionJson.Write(streams.Output, systems);
                break;
            case InspectionFormat.Automatic when streams.HasOutputTerminal:
                streams.Write(InspectionTable.Format(systems));
                break;
            default:
                streams.Write(InspectionXml.Format(systems));
                break;
        }
    }

    private static Task OpenAndPrintAsync(InspectorOptions options, CommandContext context, CancellationToken cancellationToken) =>
        OpenedGuest.RunUnmountedAsync(
            options,
            GuestAccess.ReadOnly,
            context,
            (guest, encrypted, stop) =>
                PrintAsync(guest, new GuestDetails(guest), encrypted, options, GuestName.Of(options.Drives), context.Streams, stop),
            cancellationToken);
}
