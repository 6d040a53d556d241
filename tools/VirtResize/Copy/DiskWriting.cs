using VirtTools.BlockAccess;
using VirtTools.Commands.Plan;
using VirtTools.Commands.Tables;

namespace VirtTools.Commands.Copy;

/// <summary>Fills the output: boot loader, partitions, table. Nothing takes the disk for partitioned before the marks of its table are written.</summary>
/// <param name="table">The table of the input.</param>
/// <param name="plan">Where everything goes.</param>
/// <param name="input">Content of the input.</param>
/// <param name="output">Content of the output.</param>
internal sealed class DiskWriting(PartitionTable table, ResizePlan plan, NbdConnection input, NbdConnection output)
{
    private const int ErasedBytes = 1024 * 1024;
    private const int ErasedOfNewPartition = 1024 * 1024;
    private const int BootCodeBytes = 440; // behind it the signature of the disk

    private readonly DiskGeometry _disk = DiskGeometry.Of(output.Size, table.Geometry.SectorSize);

    private int SectorSize => _disk.SectorSize;

    /// <summary>How many bytes of partitions are copied.</summary>
    public long CopiedBytes => plan.Partitions.Where(partition => partition.IsCopied).Sum(partition => StretchOf(partition).Length);

    /// <summary>Removes the table that the output may have, at both ends.</summary>
    public async Task EraseTableAsync()
    {
        var size = Math.Min(ErasedBytes, output.Size);
        await output.ClearAsync(0, size).ConfigureAwait(false);
        await output.ClearAsync(output.Size - size, size).ConfigureAwait(false);
    }

    /// <summary>Copies what lies between the table and the first partition: the rest of boot loaders.</summary>
    public async Task CopyBootLoaderAsync()
    {
        var starts = plan.Partitions.SelectMany(partition => new[] { partition.Source?.First, partition.Target?.First }).OfType<long>();
        var end = Math.Min(starts.Min(), Math.Min(table.Geometry.Sectors, _disk.Sectors));
        if (end > table.FirstFree)
        {
            await CopyAsync(ZeroCopying.Sparse, static _ => { }, CancellationToken.None, new CopiedStretch(table.FirstFree * SectorSize, table.FirstFree * SectorSize, (end - table.FirstFree) * SectorSize))
                .ConfigureAwait(false);
        }
    }

    /// <summary>Copies one partition, or makes room for one that is not copied.</summary>
    public async Task FillAsync(PlannedPartition partition, ZeroCopying zeros, Action<long> report, CancellationToken cancellationToken)
    {
        if (partition.Target is not { } target || partition.IsFrame)
        {
            return;
        }

        if (partition.IsCopied)
        {
            await CopyAsync(zeros, report, cancellationToken, StretchOf(partition)).ConfigureAwait(false);
            await CorrectBootSectorAsync(partition).ConfigureAwait(false);
            return;
        }

        var length = target.Count * SectorSize;
        await output.ClearAsync(target.First * SectorSize, partition.Operation == PartitionOperation.Ignore ? length : Math.Min(length, ErasedOfNewPartition))
            .ConfigureAwait(false);
    }

    /// <summary>The table, with the boot code of the input.</summary>
    public async Task<TableImage> MakeTableAsync(bool withBootCode)
    {
        var image = table.Write(_disk, plan.Entries);
        var first = image.Marks[^1].Content;
        if (!withBootCode)
        {
            first.AsSpan(0, BootCodeBytes).Clear();
        }
        else if (BootSectors.GrubCoreOf(first) is { } core)
        {
            await MoveGrubAsync(first, core).ConfigureAwait(false);
        }

        return image;
    }

    /// <summary>Writes parts of a table.</summary>
    public Task WriteAsync(IEnumerable<DiskPatch> patches) => TwoDisks.WriteAsync(output, patches);

    private Task CopyAsync(ZeroCopying zeros, Action<long> report, CancellationToken cancellationToken, CopiedStretch stretch) =>
        new DriveCopy(input, output, zeros, report, cancellationToken).RunAsync([stretch]);

    private CopiedStretch StretchOf(PlannedPartition partition)
    {
        var (source, target) = (partition.Source!, partition.Target!);
        return new(source.First * SectorSize, target.First * SectorSize, Math.Min(source.Count, target.Count) * SectorSize);
    }

    private async Task CorrectBootSectorAsync(PlannedPartition partition)
    {
        var (source, target) = (partition.Source!, partition.Target!);
        if (source.First == target.First)
        {
            return;
        }

        var sector = new byte[BootRecord.Size];
        await output.ReadAsync(target.First * SectorSize, sector).ConfigureAwait(false);
        if (BootSectors.CorrectHiddenSectors(sector, source.First, target.First))
        {
            await output.WriteAsync(target.First * SectorSize, sector).ConfigureAwait(false);
        }
    }

    /// <summary>GRUB's boot code knows its core image by number of sector, and the core image its own rest, when they lie in a BIOS boot partition.</summary>
    private async Task MoveGrubAsync(byte[] first, long core)
    {
        const int Unit = 512;
        var perSector = SectorSize / Unit;
        var holder = plan.Partitions.FirstOrDefault(
            partition => partition.IsCopied && partition.Source is { } source && core >= source.First * perSector && core < source.End * perSector);
        if (holder is not { Source: { } from, Target: { } to } || from.First == to.First)
        {
            return;
        }

        var distance = (to.First - from.First) * perSector;
        var sector = new byte[Unit];
        await output.ReadAsync((core + distance) * Unit, sector).ConfigureAwait(false);
        if (BootSectors.MoveGrubList(sector, from.First * perSector, from.End * perSector, distance))
        {
            await output.WriteAsync((core + distance) * Unit, sector).ConfigureAwait(false);
            BootSectors.PlaceGrubCore(first, core + distance);
        }
    }
}
