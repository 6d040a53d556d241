using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;
using VirtTools.Bench.Sessions;

namespace VirtTools.Bench.Benchmarks;

/// <summary>How long a call takes that does nothing in the appliance: the way there and back.</summary>
internal sealed class CallLatency : IBenchmark
{
    // One call is too short to take turns with; so many in a row take a tenth of a second.
    private const int CallsInARow = 200;

    public string Name => "latency";

    public string Description => "a call to the daemon and back (ping_daemon)";

    public int DefaultRuns => 10;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        var drive = new SessionDrive(bench.Image, Format: null, IsReadOnly: true);
        bench.Progress.Report("launching");
        await using var ours = await OurSession.LaunchAsync(bench.ApplianceFolder, [drive], cancellationToken).ConfigureAwait(false);
        await using var original = await OriginalSession.LaunchAsync([drive], cancellationToken).ConfigureAwait(false);

        Func<CancellationToken, Task<IReadOnlyList<TimeSpan>>>? pingOriginal = original is null ? null : token => original.PingAsync(CallsInARow, token);
        var synchronous = await Turns.TakeAsync(
            runs, token => Task.FromResult(ours.Ping(CallsInARow, token)), pingOriginal, bench.Progress, cancellationToken).ConfigureAwait(false);
        var asynchronous = await Turns.TakeAsync(
            runs, token => ours.PingAsync(CallsInARow, token), pingOriginal, bench.Progress, cancellationToken).ConfigureAwait(false);
        return [FigureOf("synchronous", synchronous), FigureOf("asynchronous", asynchronous)];
    }

    private static Figure FigureOf(string name, Results<IReadOnlyList<TimeSpan>> results) =>
        results.Figure(name, "µs", Direction.LowerIsBetter, times => times.Select(time => time.TotalMicroseconds));
}
