using System.Diagnostics;
using VirtTools.Posix;

namespace VirtTools.Bench.Programs;

/// <summary>A program that is measured, ours or the original's.</summary>
/// <param name="Path">The program.</param>
/// <param name="Environment">Its whole environment as NAME=value.</param>
internal sealed record Contestant(string Path, IReadOnlyList<string> Environment)
{
    // Generous: a busy machine is no failure, a program that hangs is.
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(10);

    /// <summary>Runs the program once.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="BenchException">It did not exit with status 0.</exception>
    public Task<FinishedRun> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) => RunAsync(arguments, s_deadline, cancellationToken);

    /// <summary>The same within a time of its own.</summary>
    public async Task<FinishedRun> RunAsync(IReadOnlyList<string> arguments, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var (run, elapsed) = await DedicatedThread.Run(Path, () => Time(arguments, deadline, cancellationToken)).ConfigureAwait(false);
        return run.IsSuccess
            ? new(elapsed, run.Output, run.ErrorText)
            : throw new BenchException($"{Path} {string.Join(' ', arguments)} {run.Ending}: {run.ErrorText}");
    }

    private (CompletedProcess Run, TimeSpan Elapsed) Time(IReadOnlyList<string> arguments, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var options = new RunOptions { Environment = Environment, Deadline = deadline };
        var started = Stopwatch.GetTimestamp();
        var run = ChildProcess.Run([Path, .. arguments], options, cancellationToken);
        return (run, Stopwatch.GetElapsedTime(started));
    }
}
