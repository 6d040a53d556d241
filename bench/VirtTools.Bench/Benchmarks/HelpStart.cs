using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;

namespace VirtTools.Bench.Benchmarks;

/// <summary>How long a command takes that launches nothing: what the program itself costs.</summary>
internal sealed class HelpStart : IBenchmark
{
    private const string Command = "virt-df";
    private static readonly string[] s_arguments = ["--help"];

    public string Name => "help";

    public string Description => $"{Command} {s_arguments[0]}";

    public int DefaultRuns => 30;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        var ours = bench.Ours(Command);
        var original = bench.Original(Command);
        var results = await Turns.TakeAsync(
            runs,
            token => ours.RunAsync(s_arguments, token),
            original is null ? null : token => original.RunAsync(s_arguments, token),
            bench.Progress,
            cancellationToken).ConfigureAwait(false);
        return [results.Figure(Description, "ms", Direction.LowerIsBetter, run => run.Elapsed.TotalMilliseconds) with { Expected = "< 10 ms" }];
    }
}
