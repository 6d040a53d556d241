using VirtTools.CommandLine.Running;
using VirtTools.Commands.Plan;
using VirtTools.Commands.Tables;

namespace VirtTools.Commands.InPlace;

/// <summary>What is changed on a disk that has become larger, inside the appliance: the table, then what lies in the last partition.</summary>
internal static class GuestGrowth
{
    private const string Disk = "/dev/sda";

    /// <summary>Carries it out on a launched guest.</summary>
    /// <param name="guest">The appliance; its only disk is the overlay.</param>
    /// <param name="oldSize">Size of the disk in bytes before.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="tell">Gets what the user should know besides.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What has grown; null where the disk has a table for sectors of 4 KiB and its drive smaller ones, and nothing has been changed.</returns>
    /// <exception cref="CommandFailedException">It cannot be done in place.</exception>
    public static async Task<Growth?> RunAsync(Guestfs guest, long oldSize, GrowthRequest request, Action<string> tell, CancellationToken cancellationToken)
    {
        var sector = await guest.BlockdevGetssAsync(Disk, cancellationToken).ConfigureAwait(false);
        var newSize = await guest.BlockdevGetsize64Async(Disk, cancellationToken).ConfigureAwait(false);
        var (before, after) = (DiskGeometry.Of(oldSize, sector), DiskGeometry.Of(newSize, sector));
        if (request.Image.BlockSize is null && await GptTable.WantsLargeSectorsAsync(ReaderOf(guest, cancellationToken), oldSize).ConfigureAwait(false))
        {
            return null;
        }

        var table = await ReadTableAsync(guest, before, cancellationToken).ConfigureAwait(false);
        foreach (var complaint in table.Complaints)
        {
            tell(complaint);
        }

        if (table.Complaints.Count > 0)
        {
            // The kernel shows no partition of a table that it takes for damaged.
            await WriteTableAsync(guest, table.Write(before, table.Unmoved), cancellationToken).ConfigureAwait(false);
        }

        var plan = GrowthPlan.Make(table, after, Number(request.Partition));
        var content = new GrownContent(guest, GrowthPlan.Device(plan.Grown.Number), request, tell);
        await content.CheckAsync(plan.Grown.Count * sector, cancellationToken).ConfigureAwait(false);
        await content.ReleaseAsync(cancellationToken).ConfigureAwait(false);
        await WriteTableAsync(guest, table, before, after, plan, cancellationToken).ConfigureAwait(false);
        return new(table, plan, content.Content, await content.GrowAsync(cancellationToken).ConfigureAwait(false));
    }

    private static async Task<PartitionTable> ReadTableAsync(Guestfs guest, DiskGeometry disk, CancellationToken cancellationToken)
    {
        try
        {
            return await PartitionTable.ReadAsync(ReaderOf(guest, cancellationToken), disk).ConfigureAwait(false)
                ?? throw new CommandFailedException("there is no partition table on it that could grow; a file system on the whole disk is not grown in place");
        }
        catch (TableDamagedException e)
        {
            throw new CommandFailedException(e.Message);
        }
    }

    private static DiskRead ReaderOf(Guestfs guest, CancellationToken cancellationToken) => async (offset, target) =>
    {
        var bytes = await guest.PreadDeviceAsync(Disk, target.Length, offset, cancellationToken).ConfigureAwait(false);
        if (bytes.Length != target.Length)
        {
            throw new CommandFailedException($"only {bytes.Length} of {target.Length} bytes could be read at {offset}");
        }

        bytes.CopyTo(target);
    };

    private static async Task WriteTableAsync(
        Guestfs guest, PartitionTable table, DiskGeometry before, DiskGeometry after, GrowthPlan plan, CancellationToken cancellationToken)
    {
        if (table.Kind == TableKind.Gpt && after.Sectors > before.Sectors)
        {
            // The copy at the old end lies in the middle now, and in the partition perhaps; nobody shall find it there.
            await WriteAsync(guest, new DiskPatch((before.Sectors - 1) * before.SectorSize, new byte[before.SectorSize]), cancellationToken).ConfigureAwait(false);
        }

        await WriteTableAsync(guest, table.Write(after, plan.Entries), cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteTableAsync(Guestfs guest, TableImage image, CancellationToken cancellationToken)
    {
        foreach (var patch in image.All)
        {
            await WriteAsync(guest, patch, cancellationToken).ConfigureAwait(false);
        }

        await guest.BlockdevRereadptAsync(Disk, cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(Guestfs guest, DiskPatch patch, CancellationToken cancellationToken)
    {
        for (var done = 0; done < patch.Content.Length;)
        {
            done += await guest.PwriteDeviceAsync(Disk, patch.Content[done..], patch.Offset + done, cancellationToken).ConfigureAwait(false);
        }
    }

    private static int? Number(string? partition) => partition is null
        ? null
        : PartitionName.NumberOf(partition)
            ?? throw new CommandFailedException($"{partition}: not the name of a partition; they are called /dev/sda1, /dev/sda2 and so on");
}
