using System.Globalization;
using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;
using VirtTools.Bench.Memory;
using VirtTools.Bench.Programs;
using VirtTools.Fixtures.Building;

namespace VirtTools.Bench.Benchmarks;

/// <summary>How long virt-resize takes for a disk with 1 GiB in it, and how much memory; and whether a disk that is mostly a hole takes longer.</summary>
internal sealed class DiskResizing : IBenchmark
{
    private const string Command = "virt-resize";
    private const long GibiByte = 1L << 30;
    private const long MebiByte = 1L << 20;
    private const long PartitionStart = MebiByte;
    private const long ContentSize = 900 * MebiByte;

    public string Name => "resize";

    public string Description => "virt-resize --expand of 1 GiB to 2 GiB, time and memory; 1 GiB in a sparse disk of 100 GiB; in place";

    public int DefaultRuns => 3;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        var small = await MakeAsync(bench, "small", GibiByte, cancellationToken).ConfigureAwait(false);
        var sparse = await MakeAsync(bench, "sparse", 100 * GibiByte, cancellationToken).ConfigureAwait(false);
        var original = bench.Original(Command);
        var results = await Turns.TakeAsync(
            runs,
            token => CopyAsync(bench, bench.Ours(Command), small, 2 * GibiByte, token),
            original is null ? null : token => CopyAsync(bench, original, small, 2 * GibiByte, token),
            bench.Progress,
            cancellationToken).ConfigureAwait(false);
        List<Figure> figures =
        [
            results.Figure("1 GiB to 2 GiB", "s", Direction.LowerIsBetter, run => run.Seconds) with { Expected = "8 times or better" },
        ];
        if (results.Ours.Concat(results.Original ?? []).All(run => run.Memory is not null))
        {
            figures.Add(results.Figure("its memory, PSS", "MiB", Direction.LowerIsBetter, run => run.Memory!.Value / (double)MebiByte) with { Expected = "less than 300 MB" });
        }

        // The original reads all of the hole: minutes that nobody needs to measure.
        var large = await Turns.TakeAsync(
            runs, token => CopyAsync(bench, bench.Ours(Command), sparse, 101 * GibiByte, token), original: null, bench.Progress, cancellationToken).ConfigureAwait(false);
        figures.Add(large.Figure("1 GiB in 100 GiB to 101 GiB", "s", Direction.LowerIsBetter, run => run.Seconds) with { Expected = "as the first" });
        var inPlace = await Turns.TakeAsync(runs, token => GrowAsync(bench, small, token), original: null, bench.Progress, cancellationToken).ConfigureAwait(false);
        figures.Add(inPlace.Figure("1 GiB to 2 GiB in place", "s", Direction.LowerIsBetter, run => run.Seconds));
        return figures;
    }

    // One ext4 with a file of random bytes, behind an MBR; the partition takes the whole disk.
    private static async Task<string> MakeAsync(Workbench bench, string name, long size, CancellationToken cancellationToken)
    {
        var (disk, partition, folder) = (Path.Combine(bench.WorkFolder, $"{name}.img"), Path.Combine(bench.WorkFolder, "partition"), Path.Combine(bench.WorkFolder, "tree"));
        Directory.CreateDirectory(folder);
        await RandomFile.WriteAsync(Path.Combine(folder, "content"), ContentSize, cancellationToken).ConfigureAwait(false);
        SparseFile.Create(partition, size - (2 * PartitionStart));
        Fixtures.Building.Programs.Mke2fs.Run("-q", "-F", "-t", "ext4", "-m", "0", "-d", folder, partition);
        SparseFile.Create(disk, size);
        Fixtures.Building.Programs.Sfdisk.Run(
            new ProgramInput($"label: dos\nunit: sectors\nstart={PartitionStart / 512}, size={((size - (2 * PartitionStart)) / 512).ToString(CultureInfo.InvariantCulture)}, type=83\n"),
            "--quiet", "--no-reread", "--no-tell-kernel", disk);
        SparseContent.CopyInto(partition, disk, PartitionStart);
        File.Delete(partition);
        Directory.Delete(folder, recursive: true);
        return disk;
    }

    private static async Task<Run> CopyAsync(Workbench bench, Contestant program, string disk, long size, CancellationToken cancellationToken)
    {
        var output = Path.Combine(bench.WorkFolder, "output.img");
        File.Delete(output);
        SparseFile.Create(output, size);
        return await MeasureAsync(program, ["-q", "--format", "raw", "--output-format", "raw", "--expand", "/dev/sda1", disk, output], cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Run> GrowAsync(Workbench bench, string disk, CancellationToken cancellationToken)
    {
        var image = Path.Combine(bench.WorkFolder, "output.img");
        SparseFile.Copy(disk, image);
        return await MeasureAsync(bench.Ours(Command), ["-q", "--in-place", "--size", "2G", "--format", "raw", image], cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Run> MeasureAsync(Contestant program, string[] arguments, CancellationToken cancellationToken)
    {
        using var sampler = new MemorySampler();
        var run = await program.RunAsync(arguments, cancellationToken).ConfigureAwait(false);
        return new(run.Elapsed.TotalSeconds, sampler.Stop().Processes?.Proportional);
    }

    private readonly record struct Run(double Seconds, long? Memory);
}
