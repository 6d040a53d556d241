using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Running;
using VirtTools.Commands.Copy;
using VirtTools.Commands.Plan;
using VirtTools.Commands.Tables;

namespace VirtTools.Commands.Content;

/// <summary>A logical volume that becomes as large as it can.</summary>
internal sealed record GrowingVolume(string Name, PartitionContent Content);

/// <summary>
/// Lets contents grow inside the appliance. Meanwhile the disk is marked as incomplete: the kernel there has read the table and keeps what it has read, on the
/// disk the table's marks are missing until the end.
/// </summary>
/// <param name="disks">The disks; the output holds everything.</param>
/// <param name="options">What is asked for.</param>
/// <param name="messages">Gets the steps.</param>
internal sealed class GrowthStep(TwoDisks disks, ResizeOptions options, ResizeMessages messages)
{
    private const int WholeRest = 100;

    private readonly ContentGrowth _growth = new(disks.Guest, options.ForcesNtfs);

    /// <summary>Lets everything grow that the plan says.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="volumes">Logical volumes that grow after the partitions.</param>
    /// <param name="table">The table on the output.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CommandFailedException">Something cannot grow; the output stays marked as incomplete.</exception>
    public async Task RunAsync(ResizePlan plan, IReadOnlyList<GrowingVolume> volumes, TableImage table, CancellationToken cancellationToken)
    {
        var grown = options.ExpandsContent ? plan.Partitions.Where(partition => partition.ExpandMethod != ExpandMethod.None).ToArray() : [];
        if (grown.Length == 0 && volumes.Count == 0)
        {
            return;
        }

        var guest = disks.Guest;
        await guest.BlockdevRereadptAsync(TwoDisks.OutputDevice, cancellationToken).ConfigureAwait(false);
        await disks.EraseFromOutputAsync(table.Marks, cancellationToken).ConfigureAwait(false);
        var hasVolumes = volumes.Count > 0 || grown.Any(partition => partition.Content.IsPhysicalVolume);
        if (hasVolumes)
        {
            // Both disks hold the same volume groups.
            await guest.LvmSetFilterAsync([TwoDisks.OutputDevice], cancellationToken).ConfigureAwait(false);
        }

        foreach (var partition in grown)
        {
            await ExpandAsync(partition.Name, $"{TwoDisks.OutputDevice}{partition.Target!.Number}", partition.Content, cancellationToken).ConfigureAwait(false);
        }

        foreach (var volume in volumes)
        {
            await ExpandAsync(volume, cancellationToken).ConfigureAwait(false);
        }

        if (hasVolumes)
        {
            await guest.VgActivateAllAsync(false, cancellationToken).ConfigureAwait(false);
        }

        await guest.SyncAsync(cancellationToken).ConfigureAwait(false);
        await disks.WriteToOutputAsync(table.Marks, cancellationToken).ConfigureAwait(false);
    }

    private async Task ExpandAsync(GrowingVolume volume, CancellationToken cancellationToken)
    {
        try
        {
            await disks.Guest.LvresizeFreeAsync(volume.Name, WholeRest, cancellationToken).ConfigureAwait(false);
        }
        catch (GuestfsException e) when (!GuestFailure.IsApplianceGone(e))
        {
            throw new CommandFailedException($"{volume.Name}: the logical volume cannot be expanded: {e.Message}");
        }

        if (options.ExpandsContent && volume.Content.Method != ExpandMethod.None)
        {
            await ExpandAsync(volume.Name, volume.Name, volume.Content, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ExpandAsync(string name, string device, PartitionContent content, CancellationToken cancellationToken)
    {
        messages.Step($"Expanding {name} using the ‘{PartitionContent.NameOf(content.Method)}’ method");
        try
        {
            await _growth.ExpandAsync(name, device, content.Method, cancellationToken).ConfigureAwait(false);
        }
        catch (GuestfsException e) when (!GuestFailure.IsApplianceGone(e))
        {
            throw new CommandFailedException($"{name}: the {content.Words} cannot be expanded: {e.Message}.  With --no-expand-content it is copied as it is.");
        }
    }
}
