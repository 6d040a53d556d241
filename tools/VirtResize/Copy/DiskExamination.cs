using VirtTools.BlockAccess;
using VirtTools.CommandLine.Running;
using VirtTools.Commands.Tables;

namespace VirtTools.Commands.Copy;

/// <summary>What the input's table says, and how large the output is.</summary>
/// <param name="Table">The table of the input.</param>
/// <param name="Disk">The output, in sectors of the input's size.</param>
internal sealed record DiskExamination(PartitionTable Table, DiskGeometry Disk)
{
    /// <summary>Looks at the disks.</summary>
    /// <param name="disks">The disks.</param>
    /// <param name="options">Says which sectors the disk has, and how large an output would be that is not there.</param>
    /// <param name="sectorSize">Size of sectors that the drives have in the appliance.</param>
    /// <param name="hasOutput">Whether there is an output.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null where the input has a table for sectors of 4 KiB, and its drive has smaller ones.</returns>
    /// <exception cref="CommandFailedException">There is no table that can be used.</exception>
    public static async Task<DiskExamination?> MakeAsync(
        TwoDisks disks, ResizeOptions options, int sectorSize, bool hasOutput, CancellationToken cancellationToken)
    {
        PartitionTable? table = null;
        var outputSize = 0L;
        try
        {
            await disks.ReadAsync(hasOutput ? 2 : 1, ReadAsync, cancellationToken).ConfigureAwait(false);
        }
        catch (TableDamagedException e)
        {
            throw new CommandFailedException($"{options.InputName}: {e.Message}");
        }

        if (table is null)
        {
            return null;
        }

        if (table.Complaints.Count > 0)
        {
            // The kernel of the appliance takes the table for damaged. What is written here goes to the throw-away layer.
            var image = table.Write(table.Geometry, table.Unmoved);
            await disks.WriteOverInputAsync(image.All, cancellationToken).ConfigureAwait(false);
            await disks.Guest.BlockdevRereadptAsync(TwoDisks.InputDevice, cancellationToken).ConfigureAwait(false);
        }

        return new(table, DiskGeometry.Of(outputSize, sectorSize));

        async Task ReadAsync(IReadOnlyList<NbdConnection> drives)
        {
            var input = drives[0];
            outputSize = hasOutput ? drives[1].Size : options.Size!.Value.Apply(input.Size);
            if (options.BlockSize is not null || sectorSize != DiskGeometry.UsualSector
                || !await GptTable.WantsLargeSectorsAsync(input.ReadAsync, input.Size).ConfigureAwait(false))
            {
                table = await PartitionTable.ReadAsync(input.ReadAsync, DiskGeometry.Of(input.Size, sectorSize)).ConfigureAwait(false)
                    ?? throw new CommandFailedException(
                        $"{options.InputName}: unknown partition table type.  virt-resize only supports MBR (DOS) and GPT partition tables.");
            }
        }
    }
}
