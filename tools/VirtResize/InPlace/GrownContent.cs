using VirtTools.CommandLine.Running;
using VirtTools.Commands.Content;
using VirtTools.Commands.Plan;

namespace VirtTools.Commands.InPlace;

/// <summary>What lies in the partition that grows: a file system, or a physical volume with logical ones.</summary>
/// <param name="guest">The appliance.</param>
/// <param name="device">The partition.</param>
/// <param name="request">What is asked for.</param>
/// <param name="tell">Gets what the user should know besides.</param>
internal sealed class GrownContent(Guestfs guest, string device, GrowthRequest request, Action<string> tell)
{
    private readonly ContentReading _reading = new(guest);
    private readonly ContentGrowth _growth = new(guest, request.ForcesNtfs);
    private readonly List<(string Name, PartitionContent Content)> _volumes = [];

    /// <summary>What it is, after a look.</summary>
    public PartitionContent Content { get; private set; } = PartitionContent.Unknown;

    /// <summary>Looks what it is, before anything is changed.</summary>
    /// <param name="size">Size in bytes that the partition shall have.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CommandFailedException">It cannot grow.</exception>
    public async Task CheckAsync(long size, CancellationToken cancellationToken)
    {
        Content = await _reading.OfAsync(device, cancellationToken).ConfigureAwait(false);
        if (Content.IsSwap)
        {
            throw new CommandFailedException(
                $"{device}, the last partition, is swap, and what lies before it cannot grow without moving it; resize into a new image (virt-resize INDISK OUTDISK)");
        }

        RequireMethod(device, Content);
        if (Content.MethodFor(size) == ExpandMethod.None)
        {
            throw new CommandFailedException($"{device}: its {Content.Words} cannot grow to {size} bytes: the kernel resizes btrfs only to 256 MiB and more");
        }

        if (Content.Method == ExpandMethod.Ntfsresize)
        {
            await NtfsState.RequireShutDownAsync(guest, device, device, cancellationToken).ConfigureAwait(false);
        }

        if (Content.IsPhysicalVolume)
        {
            await FindVolumesAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (request.Volumes.Count > 0)
        {
            throw new CommandFailedException($"{request.Volumes[0]}: {device}, the last partition, holds no logical volumes");
        }
    }

    /// <summary>Lets go of the partition, since the kernel reads the table of no disk that is in use.</summary>
    public Task ReleaseAsync(CancellationToken cancellationToken) =>
        Content.IsPhysicalVolume ? guest.VgActivateAllAsync(false, cancellationToken) : Task.CompletedTask;

    /// <summary>Lets it fill its partition, which is longer now.</summary>
    /// <returns>The logical volumes that have grown.</returns>
    /// <exception cref="CommandFailedException">The file system's program refuses.</exception>
    public async Task<IReadOnlyList<GrownVolume>> GrowAsync(CancellationToken cancellationToken)
    {
        await _growth.ExpandAsync(device, device, Content.Method, cancellationToken).ConfigureAwait(false);
        var grown = new List<GrownVolume>();
        if (Content.IsPhysicalVolume)
        {
            await guest.VgActivateAllAsync(true, cancellationToken).ConfigureAwait(false);
            foreach (var (name, content) in _volumes)
            {
                var before = await guest.BlockdevGetsize64Async(name, cancellationToken).ConfigureAwait(false);
                await guest.LvresizeFreeAsync(name, 100, cancellationToken).ConfigureAwait(false);
                await _growth.ExpandAsync(name, name, content.Method, cancellationToken).ConfigureAwait(false);
                grown.Add(new(name, content, before, await guest.BlockdevGetsize64Async(name, cancellationToken).ConfigureAwait(false)));
            }
        }

        return grown;
    }

    private async Task FindVolumesAsync(CancellationToken cancellationToken)
    {
        var known = await guest.LvsAsync(cancellationToken).ConfigureAwait(false);
        if (request.Volumes.FirstOrDefault(name => !known.Contains(name)) is { } missing)
        {
            throw new CommandFailedException($"{missing}: there is no such logical volume; there are: {string.Join(", ", known)}");
        }

        foreach (var name in request.Volumes.Count > 0 ? request.Volumes : known)
        {
            var content = await _reading.OfAsync(name, cancellationToken).ConfigureAwait(false);
            if (request.Volumes.Count > 0)
            {
                RequireMethod(name, content);
            }

            _volumes.Add((name, content));
        }

        if (request.Volumes.Count == 0)
        {
            Choose();
        }
    }

    // Swap aside, there is often one volume only, and no question which one shall grow.
    private void Choose()
    {
        _volumes.RemoveAll(volume => volume.Content.IsSwap);
        if (_volumes.Count > 1 || _volumes is [{ Content.Method: ExpandMethod.None }])
        {
            tell($"the volume group of {device} gets the new room; --LV-expand LV gives it to a logical volume: {string.Join(", ", _volumes.Select(volume => volume.Name))}");
            _volumes.Clear();
        }
    }

    private static void RequireMethod(string name, PartitionContent content)
    {
        if (content.Method == ExpandMethod.None)
        {
            throw new CommandFailedException(
                $"{name} holds {content.Words}, which cannot grow; what can: ext2, ext3, ext4, xfs, btrfs, ntfs, f2fs, LVM physical volumes");
        }
    }
}
