using System.Globalization;
using VirtTools.CommandLine.Guests;
using VirtTools.Commands.Plan;
using VirtTools.Commands.Tables;

namespace VirtTools.Commands.Content;

/// <summary>Finds out what partitions hold.</summary>
/// <param name="guest">An appliance with the input as its first drive.</param>
internal sealed class ContentReading(GuestActions guest)
{
    private const string ScratchMount = "/";

    /// <summary>The contents of partitions, by number.</summary>
    /// <param name="entries">The partitions.</param>
    /// <param name="measured">Which of them may shrink, so that the size of what they hold must be known.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Dictionary<int, PartitionContent>> ReadAsync(
        IEnumerable<TableEntry> entries, IReadOnlySet<int> measured, CancellationToken cancellationToken)
    {
        var contents = new Dictionary<int, PartitionContent>();
        foreach (var entry in entries.Where(entry => entry.Role != PartitionRole.Extended))
        {
            var device = ResizePlanner.NameOf(entry);
            var content = await OfAsync(device, cancellationToken).ConfigureAwait(false);
            contents[entry.Number] = measured.Contains(entry.Number)
                ? content with { Size = await SizeOfAsync(device, content, cancellationToken).ConfigureAwait(false) }
                : content;
        }

        return contents;
    }

    /// <summary>What a device holds.</summary>
    public async Task<PartitionContent> OfAsync(string device, CancellationToken cancellationToken)
    {
        try
        {
            return new(await guest.VfsTypeAsync(device, cancellationToken).ConfigureAwait(false));
        }
        catch (GuestfsException e) when (!GuestFailure.IsApplianceGone(e))
        {
            // A device that cannot be read, or that the kernel does not show.
            return PartitionContent.Unknown;
        }
    }

    private async Task<long?> SizeOfAsync(string device, PartitionContent content, CancellationToken cancellationToken)
    {
        try
        {
            return content.Method switch
            {
                ExpandMethod.Pvresize => await SizeOfPhysicalVolumeAsync(device, cancellationToken).ConfigureAwait(false),
                ExpandMethod.Resize2fs => await SizeOfExtAsync(device, cancellationToken).ConfigureAwait(false),
                ExpandMethod.Mkswap => null,
                _ when content.IsUnknown => null,
                _ => await SizeOfMountedAsync(device, cancellationToken).ConfigureAwait(false),
            };
        }
        catch (GuestfsException e) when (!GuestFailure.IsApplianceGone(e))
        {
            return null;
        }
    }

    private async Task<long?> SizeOfPhysicalVolumeAsync(string device, CancellationToken cancellationToken)
    {
        foreach (var volume in await guest.PvsFullAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await guest.CanonicalDeviceNameAsync(volume.PvName, cancellationToken).ConfigureAwait(false) == device)
            {
                return (long)volume.PvSize;
            }
        }

        return null;
    }

    private async Task<long?> SizeOfExtAsync(string device, CancellationToken cancellationToken)
    {
        var words = await guest.Tune2fsLAsync(device, cancellationToken).ConfigureAwait(false);
        return long.TryParse(words.GetValueOrDefault("Block count"), NumberStyles.None, CultureInfo.InvariantCulture, out var blocks)
            && long.TryParse(words.GetValueOrDefault("Block size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? blocks * size
            : null;
    }

    private async Task<long?> SizeOfMountedAsync(string device, CancellationToken cancellationToken)
    {
        await guest.MountRoAsync(device, ScratchMount, cancellationToken).ConfigureAwait(false);
        try
        {
            var status = await guest.StatvfsAsync(ScratchMount, cancellationToken).ConfigureAwait(false);
            return status.Blocks * status.Frsize;
        }
        finally
        {
            await guest.UmountAllAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
