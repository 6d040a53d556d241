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

/// <summary>All guests of libvirt, each by itself, running or not.</summary>
/// <param name="uri">Which libvirt; null for the one that libvirt chooses.</param>
/// <param name="naming">How reports call them.</param>
/// <param name="context">Is told where there is none, which is no failure.</param>
internal sealed partial class LibvirtGuests(string? uri, GuestNaming naming, CommandContext context) : IGuestSource
{
    private bool _hasToldOfNone;

    /// <summary>The names of all guests; none where libvirt cannot be asked.</summary>
    public static async Task<IReadOnlyList<string>> FindNamesAsync(string? uri, CancellationToken cancellationToken)
    {
        try
        {
            var guests = await DedicatedThread.Run("libvirt", () => List(uri)).WaitAsync(cancellationToken).ConfigureAwait(false);
            return [.. guests.Select(guest => guest.Name)];
        }
        catch (LibvirtException)
        {
            return [];
        }
    }

    /// <summary>The images of a guest whose disks are files, or null for any other and where libvirt cannot be asked.</summary>
    public static IReadOnlyList<ImageChoice>? TryFindImages(string? uri, DomainChoice guest)
    {
        try
        {
            using var connection = LibvirtConnection.Open(uri);
            using var domain = connection.Find(guest.Name, allowUuid: !guest.IsNameOnly);
            var disks = DomainXml.DisksOf(domain.Xml(), guest.Name);
            return disks.All(disk => disk is { Kind: DomainDiskKind.File, Source: not null })
                ? [.. disks.Select(disk => new ImageChoice(disk.Source!, disk.Format, disk.BlockSize) { BackingFormats = disk.BackingFormats })]
                : null;
        }
        catch (LibvirtException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IReadOnlyList<DriveChoice>>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var guests = await DedicatedThread.Run("libvirt", () => List(uri)).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (guests.Count == 0 && !_hasToldOfNone)
            {
                LogNone(context.Logger, context.Streams.Program);
            }

            _hasToldOfNone = guests.Count == 0;

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
