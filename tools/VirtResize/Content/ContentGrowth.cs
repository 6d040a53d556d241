using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Running;
using VirtTools.Commands.Plan;

namespace VirtTools.Commands.Content;

/// <summary>Lets contents fill the partitions and logical volumes that became larger, inside the appliance.</summary>
/// <param name="guest">An appliance in which the output can be written.</param>
/// <param name="forceNtfs">Whether NTFS is resized although it is marked for a check.</param>
internal sealed class ContentGrowth(GuestActions guest, bool forceNtfs)
{
    private const string ScratchMount = "/";

    /// <summary>Lets the content of a device fill it.</summary>
    /// <param name="name">How the user calls it.</param>
    /// <param name="device">The device in the appliance.</param>
    /// <param name="method">How.</param>
    /// <param name="cancellationToken">Ends it, and the appliance.</param>
    /// <exception cref="GuestfsException">It cannot be done.</exception>
    /// <exception cref="CommandFailedException">It cannot be done with NTFS.</exception>
    public Task ExpandAsync(string name, string device, ExpandMethod method, CancellationToken cancellationToken) => method switch
    {
        ExpandMethod.Pvresize => guest.PvresizeAsync(device, cancellationToken),
        ExpandMethod.Resize2fs => ExpandExtAsync(device, cancellationToken),
        ExpandMethod.Ntfsresize => ExpandNtfsAsync(name, device, cancellationToken),
        ExpandMethod.BtrfsFilesystemResize => WhileMountedAsync(device, () => guest.BtrfsFilesystemResizeAsync(ScratchMount, null, cancellationToken), cancellationToken),
        ExpandMethod.XfsGrowfs => WhileMountedAsync(device, () => guest.XfsGrowfsAsync(ScratchMount, null, cancellationToken), cancellationToken),
        ExpandMethod.Mkswap => MakeSwapAsync(device, cancellationToken),
        ExpandMethod.ResizeF2fs => guest.F2fsExpandAsync(device, cancellationToken),
        _ => Task.CompletedTask,
    };

    // The kernel lets a mounted file system grow in an instant, whatever its size: nothing moves. resize2fs without it insists on a whole check, which reads the
    // bitmaps of all groups: seconds for each 100 GiB. A file system that was not unmounted cleanly gets that check, and one that the kernel declines to enlarge
    // (bigalloc, sparse_super2, no room for group descriptors: ext4's documentation of online resizing) too.
    private async Task ExpandExtAsync(string device, CancellationToken cancellationToken)
    {
        if (await IsCleanAsync(device, cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await WhileMountedAsync(device, () => guest.Resize2fsAsync(device, cancellationToken), cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (GuestfsException e) when (!GuestFailure.IsApplianceGone(e))
            {
                // resize2fs gives the reason if it cannot do it either.
            }
        }

        // This check repairs nothing that needs a decision.
        await guest.E2fsckAsync(device, new() { Correct = true }, cancellationToken).ConfigureAwait(false);
        await guest.Resize2fsAsync(device, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> IsCleanAsync(string device, CancellationToken cancellationToken)
    {
        var superblock = await guest.Tune2fsLAsync(device, cancellationToken).ConfigureAwait(false);
        return superblock.GetValueOrDefault("Filesystem state") == "clean"
            && superblock.TryGetValue("Filesystem features", out var features) && !features.Split(' ').Contains("needs_recovery");
    }

    private async Task ExpandNtfsAsync(string name, string device, CancellationToken cancellationToken)
    {
        try
        {
            await guest.NtfsresizeAsync(device, new() { Force = forceNtfs }, cancellationToken).ConfigureAwait(false);
        }
        catch (GuestfsException e) when (!GuestFailure.IsApplianceGone(e))
        {
            throw new CommandFailedException($"{name}: the NTFS file system cannot be expanded: {e.Message}; {NtfsState.Advice}");
        }
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
