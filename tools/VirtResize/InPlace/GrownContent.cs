using VirtTools.CommandLine.Running;

namespace VirtTools.Commands.InPlace;

/// <summary>What lies in the partition that grows: a file system, or a physical volume with a logical one.</summary>
/// <param name="guest">The appliance.</param>
/// <param name="device">The partition.</param>
/// <param name="volume">The logical volume that the user chose; null for none.</param>
/// <param name="tell">Gets what the user should know besides.</param>
internal sealed class GrownContent(Guestfs guest, string device, string? volume, Action<string> tell)
{
    private const string PhysicalVolume = "LVM2_member";

    private string _kind = "";

    /// <summary>Looks what it is, before anything is changed.</summary>
    /// <exception cref="CommandFailedException">It cannot grow.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        _kind = await guest.VfsTypeAsync(device, cancellationToken).ConfigureAwait(false);
        if (_kind == "swap")
        {
            throw new CommandFailedException(
                $"{device}, the last partition, is swap, and what lies before it cannot grow without moving it; resize into a new image (virt-resize INDISK OUTDISK)");
        }

        if (_kind == PhysicalVolume)
        {
            await CheckVolumeAsync(cancellationToken).ConfigureAwait(false);
        }
        else if (volume is not null)
        {
            throw new CommandFailedException($"{volume}: {device}, the last partition, holds no logical volumes");
        }
        else if (!FileSystemGrowth.IsKnown(_kind))
        {
            throw new CommandFailedException(
                $"{device} holds {(_kind.Length == 0 ? "nothing that is known" : _kind)}, which cannot grow; file systems that can: {FileSystemGrowth.KnownList}");
        }
    }

    /// <summary>Lets it fill its partition, which is longer now.</summary>
    /// <param name="size">Size of the partition in bytes.</param>
    /// <returns>What has grown, as a sentence.</returns>
    public async Task<string> GrowAsync(long size, CancellationToken cancellationToken)
    {
        if (_kind != PhysicalVolume)
        {
            await FileSystemGrowth.RunAsync(guest, device, _kind, cancellationToken).ConfigureAwait(false);
            return $"{device} and its file system ({_kind}) have {size} bytes now";
        }

        await guest.PvresizeAsync(device, cancellationToken).ConfigureAwait(false);
        if (volume is null && await ChooseAsync(cancellationToken).ConfigureAwait(false) is not { } only)
        {
            tell($"{device} holds several logical volumes; its volume group has the new room, and --LV-expand LV gives it to one of them");
            return $"{device} and its physical volume have {size} bytes now";
        }
        else
        {
            var grown = volume ?? only!;
            await guest.LvresizeFreeAsync(grown, 100, cancellationToken).ConfigureAwait(false);
            var kind = await guest.VfsTypeAsync(grown, cancellationToken).ConfigureAwait(false);
            await FileSystemGrowth.RunAsync(guest, grown, kind, cancellationToken).ConfigureAwait(false);
            return $"{device} and its physical volume have {size} bytes now, and {grown} with its file system ({kind}) has what was free";
        }
    }

    private async Task CheckVolumeAsync(CancellationToken cancellationToken)
    {
        var chosen = volume;
        if (chosen is not null)
        {
            var all = await guest.LvsAsync(cancellationToken).ConfigureAwait(false);
            if (!all.Contains(chosen))
            {
                throw new CommandFailedException($"{chosen}: there is no such logical volume; there are: {string.Join(", ", all)}");
            }
        }

        chosen ??= await ChooseAsync(cancellationToken).ConfigureAwait(false);
        if (chosen is not null && await guest.VfsTypeAsync(chosen, cancellationToken).ConfigureAwait(false) is var kind && !FileSystemGrowth.IsKnown(kind))
        {
            throw new CommandFailedException(
                $"{chosen} holds {(kind.Length == 0 ? "nothing that is known" : kind)}, which cannot grow; file systems that can: {FileSystemGrowth.KnownList}");
        }
    }

    // Swap aside, there is often one volume only.
    private async Task<string?> ChooseAsync(CancellationToken cancellationToken)
    {
        string? only = null;
        foreach (var candidate in await guest.LvsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await guest.VfsTypeAsync(candidate, cancellationToken).ConfigureAwait(false) != "swap")
            {
                if (only is not null)
                {
                    return null;
                }

                only = candidate;
            }
        }

        return only;
    }
}
