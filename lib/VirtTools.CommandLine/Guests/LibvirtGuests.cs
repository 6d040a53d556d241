using Microsoft.Extensions.Logging;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;
using VirtTools.Libvirt;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Guests;

/// <summary>How guests that libvirt lists are called.</summary>
internal enum GuestNaming
{
    Name,
    Uuid,
}

/// <summary>All guests of libvirt, each by itself.</summary>
internal static partial class LibvirtGuests
{
    /// <summary>The guests by name, running or not. None is no failure, but said.</summary>
    /// <exception cref="CommandFailedException">libvirt cannot be asked.</exception>
    public static async Task<IReadOnlyList<IReadOnlyList<DriveChoice>>> ListAsync(
        string? uri, GuestNaming naming, CommandContext context, CancellationToken cancellationToken)
    {
        try
        {
            var guests = await DedicatedThread.Run("libvirt", () => List(uri)).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (guests.Count == 0)
            {
                LogNone(context.Logger, context.Streams.Program);
            }

            return [.. guests.Select(guest => new[] { new DomainChoice(guest.Name, IsNameOnly: true, naming == GuestNaming.Uuid ? guest.Uuid : null) })];
        }
        catch (LibvirtException e)
        {
            throw new CommandFailedException(e.Message);
        }
    }

    private static IReadOnlyList<LibvirtGuest> List(string? uri)
    {
        using var connection = LibvirtConnection.Open(uri);
        return connection.List();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Program}: warning: libvirt knows no guest; -c asks another libvirt (such as qemu:///system), -a names an image")]
    private static partial void LogNone(ILogger logger, string program);
}
