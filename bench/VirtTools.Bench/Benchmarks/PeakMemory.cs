using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;
using VirtTools.Bench.Memory;
using VirtTools.Bench.Programs;

namespace VirtTools.Bench.Benchmarks;

/// <summary>The most memory that a command, QEMU and whatever else it started have together while it reads one file.</summary>
internal sealed class PeakMemory : IBenchmark
{
    private const double MebiByte = 1024 * 1024;

    public string Name => "memory";

    public string Description => "peak memory of virt-cat of one file and of all it starts";

    public int DefaultRuns => 3;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        var reading = new GuestReading(bench);
        var original = reading.OriginalAsync;
        var results = await Turns.TakeAsync(
            runs,
            token => WatchAsync(reading.OursAsync, token),
            original is null ? null : token => WatchAsync(original, token),
            bench.Progress,
            cancellationToken).ConfigureAwait(false);

        var figures = new List<Figure>();
        var peaks = results.Ours.Concat(results.Original ?? []).ToList();
        if (peaks.All(peak => peak.Processes is not null))
        {
            figures.Add(results.Figure("PSS", "MiB", Direction.LowerIsBetter, peak => peak.Processes!.Value.Proportional / MebiByte));
            figures.Add(results.Figure("private", "MiB", Direction.LowerIsBetter, peak => peak.Processes!.Value.Private / MebiByte));
        }
        else
        {
            bench.Progress.Report("some process lets nobody read its memory use: no PSS, no private memory");
        }

        if (peaks.All(peak => peak.CgroupGrowth is not null))
        {
            figures.Add(results.Figure("growth of the cgroup", "MiB", Direction.LowerIsBetter, peak => peak.CgroupGrowth!.Value / MebiByte));
        }
        else
        {
            bench.Progress.Report("the cgroup's memory use cannot be read");
        }

        return figures;
    }

    private static async Task<MemoryPeak> WatchAsync(Func<CancellationToken, Task<FinishedRun>> read, CancellationToken cancellationToken)
    {
        using var sampler = new MemorySampler();
        await read(cancellationToken).ConfigureAwait(false);
        return sampler.Stop();
    }
}
