using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;
using VirtTools.Bench.Programs;

namespace VirtTools.Bench.Benchmarks;

/// <summary>How long it takes to tell what is in a guest, its installed packages included, from the start of the command to its end.</summary>
internal sealed class InspectorRun : IBenchmark
{
    private const string Command = "virt-inspector";

    public string Name => "inspector";

    public string Description => $"{Command} of the image, the appliance is resumed";

    public int DefaultRuns => 5;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        var ours = bench.Ours(Command);
        var original = bench.Original(Command);
        string[] arguments = ["-a", bench.Image];
        var results = await Turns.TakeAsync(
            runs,
            token => InspectAsync(ours, token),
            original is null ? null : token => InspectAsync(original, token),
            bench.Progress,
            cancellationToken).ConfigureAwait(false);
        return [results.Figure(Command, "s", Direction.LowerIsBetter, run => run.Elapsed.TotalSeconds) with { Expected = "20 times or better" }];

        async Task<FinishedRun> InspectAsync(Contestant program, CancellationToken token)
        {
            var run = await program.RunAsync(arguments, token).ConfigureAwait(false);
            return run.Output.AsSpan().IndexOf("<operatingsystem>"u8) >= 0
                ? run
                : throw new BenchException($"{program.Path} found no operating system in {bench.Image}");
        }
    }
}
