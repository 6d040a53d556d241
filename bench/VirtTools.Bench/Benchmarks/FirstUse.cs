using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;
using VirtTools.Bench.Programs;

namespace VirtTools.Bench.Benchmarks;

/// <summary>The first command of all, which makes the template that the later ones are resumed from, against one that only boots; both ours.</summary>
internal sealed class FirstUse : IBenchmark
{
    public string Name => "first";

    public string Description => "virt-cat of one file without a template (ours), against booting the appliance (in the original's column)";

    public int DefaultRuns => 3;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        var cache = Path.Combine(bench.WorkFolder, "first-use");
        var first = bench.Ours("virt-cat") is var ours ? ours with { Environment = [.. ours.Environment, $"LIBGUESTFS_CACHEDIR={cache}"] } : ours;
        var booting = bench.Ours("virt-cat", ApplianceStart.Boot);
        string[] arguments = ["-a", bench.Image, bench.GuestFile];
        var results = await Turns.TakeAsync(
            runs,
            token =>
            {
                if (Directory.Exists(cache))
                {
                    Directory.Delete(cache, recursive: true);
                }

                Directory.CreateDirectory(cache);
                return first.RunAsync(arguments, token);
            },
            token => booting.RunAsync(arguments, token),
            bench.Progress,
            cancellationToken).ConfigureAwait(false);
        return [results.Figure("first use / boot", "s", Direction.LowerIsBetter, run => run.Elapsed.TotalSeconds) with { Expected = "a ratio of 0.5 or better" }];
    }
}
