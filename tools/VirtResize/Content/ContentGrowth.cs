using VirtTools.Commands.Plan;

namespace VirtTools.Commands.Content;

/// <summary>Lets contents fill the partitions and logical volumes that became larger, inside the appliance.</summary>
/// <param name="guest">An appliance in which the output can be written.</param>
/// <param name="forceNtfs">Whether NTFS is resized although it is marked for a check.</param>
internal sealed class ContentGrowth(GuestActions guest, bool forceNtfs)
{
    private const string ScratchMount = "/";

    /// <summary>Lets the content of a device fill it.</summary>
    /// <param name="device">The device in the appliance.</param>
    /// <param name="method">How.</param>
    /// <param name="cancellationToken">Ends it, and the appliance.</param>
    /// <exception cref="GuestfsException">It cannot be done.</exception>
    public Task ExpandAsync(string device, ExpandMethod method, CancellationToken cancellationToken) => method switch
    {
        ExpandMethod.Pvresize => guest.PvresizeAsync(device, cancellationToken),
        ExpandMethod.Resize2fs => ExpandExtAsync(device, cancellationToken),
        ExpandMethod.Ntfsresize => guest.NtfsresizeAsync(device, new() { Force = forceNtfs }, cancellationToken),
        ExpandMethod.BtrfsFilesystemResize => WhileMountedAsync(device, () => guest.BtrfsFilesystemResizeAsync(ScratchMount, null, cancellationToken), cancellationToken),
        ExpandMethod.XfsGrowfs => WhileMountedAsync(device, () => guest.XfsGrowfsAsync(ScratchMount, null, cancellationToken), cancellationToken),
        ExpandMethod.Mkswap => MakeSwapAsync(device, cancellationToken),
        ExpandMethod.ResizeF2fs => guest.F2fsExpandAsync(device, cancellationToken),
        _ => Task.CompletedTask,
    };

    private async Task ExpandExtAsync(string device, CancellationToken cancellationToken)
    {
        // resize2fs insists on a check since the last mount; this one repairs nothing that needs a decision.
        await guest.E2fsckAsync(device, new() { Correct = true }, cancellationToken).ConfigureAwait(false);
        await guest.Resize2fsAsync(device, cancellationToken).ConfigureAwait(false);
    }

    private async Task WhileMountedAsync(string device, Func<Task> work, CancellationToken cancellationToken)
    {
        await guest.MountAsync(device, ScratchMount, cancellationToken).ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            await guest.UmountAllAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    // Nobody can make swap space larger but by making it anew; fstab knows it by UUID or label.
    private async Task MakeSwapAsync(string device, CancellationToken cancellationToken)
    {
        var uuid = await guest.VfsUuidAsync(device, cancellationToken).ConfigureAwait(false);
        var label = await guest.VfsLabelAsync(device, cancellationToken).ConfigureAwait(false);
        await guest.MkswapAsync(device, new() { Uuid = uuid.Length > 0 ? uuid : null, Label = label.Length > 0 ? label : null }, cancellationToken)
            .ConfigureAwait(false);
    }
}
