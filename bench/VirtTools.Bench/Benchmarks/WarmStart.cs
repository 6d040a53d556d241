using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;

namespace VirtTools.Bench.Benchmarks;

/// <summary>How long it takes to read one small file of a guest, from the start of the command to its end, resuming the appliance from a template.</summary>
internal sealed class WarmStart : IBenchmark
{
    public string Name => "warm";

    public string Description => "virt-cat of one file, the appliance is resumed";

    public int DefaultRuns => 9;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        await AddAsync("virt-cat, inspection", null).ConfigureAwait(false);
        if (bench.RootDevice is { } root)
        {
            await AddAsync($"virt-cat -m {root}", root).ConfigureAwait(false);
        }

        return figures;

        async Task AddAsync(string name, string? mount)
        {
            var reading = new GuestReading(bench, mount: mount);
            var results = await Turns.TakeAsync(runs, reading.OursAsync, reading.OriginalAsync, bench.Progress, cancellationToken).ConfigureAwait(false);
            figures.Add(results.Figure(name, "s", Direction.LowerIsBetter, run => run.Elapsed.TotalSeconds) with { Expected = "40 times or better" });
            bench.Progress.Report($"{name}: {await reading.TimeLineAsync(cancellationToken).ConfigureAwait(false)}");
        }
    }
}
