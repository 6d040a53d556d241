using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;
using VirtTools.Bench.Programs;

namespace VirtTools.Bench.Benchmarks;

/// <summary>How long it takes to read one small file of a guest, from the start of the command to its end, booting the appliance.</summary>
internal sealed class ColdStart : IBenchmark
{
    public string Name => "cold";

    public string Description => "virt-cat of one file, the appliance is booted";

    public int DefaultRuns => 7;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        var reading = new GuestReading(bench, ApplianceStart.Boot);
        var results = await Turns.TakeAsync(runs, reading.OursAsync, reading.OriginalAsync, bench.Progress, cancellationToken).ConfigureAwait(false);
        return [results.Figure("virt-cat", "s", Direction.LowerIsBetter, run => run.Elapsed.TotalSeconds) with { Expected = "4 times or better" }];
    }
}
