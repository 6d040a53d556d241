using System.Diagnostics;
using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;
using VirtTools.Bench.Memory;
using VirtTools.Bench.Programs;
using VirtTools.Posix;

namespace VirtTools.Bench.Benchmarks;

/// <summary>
/// The free space of twenty guests. Ours takes them in one run; the original takes several images as the disks of one guest, so it is run once for each,
/// as many at a time as ours has appliances.
/// </summary>
internal sealed class ManyGuests : IBenchmark
{
    private const int GuestCount = 20;
    private const int MemoryCount = 4;
    private const double MebiByte = 1024 * 1024;
    private const string Command = "virt-df";

    public string Name => "many";

    public string Description => $"virt-df of {GuestCount} guests, and the private memory that each further appliance takes";

    public int DefaultRuns => 1;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        var guests = MakeGuests(bench);
        var atOnce = Environment.ProcessorCount;
        var ours = bench.Ours(Command);
        var original = bench.Original(Command);
        Func<IReadOnlyList<string>, int, CancellationToken, Task<TimeSpan>> takeOurs = (images, count, token) => InOneRunAsync(ours, images, count, token);
        Func<IReadOnlyList<string>, int, CancellationToken, Task<TimeSpan>>? takeOriginal =
            original is null ? null : (images, count, token) => OneByOneAsync(original, images, count, token);

        // One guest warms up as well as twenty: whole rounds of the original take minutes.
        bench.Progress.Report("warming up");
        await takeOurs(guests[..1], 1, cancellationToken).ConfigureAwait(false);
        await (takeOriginal?.Invoke(guests[..1], 1, cancellationToken) ?? Task.FromResult(TimeSpan.Zero)).ConfigureAwait(false);
        var times = await RoundsAsync(bench, runs, takeOurs, takeOriginal, (take, token) => take(guests, atOnce, token), cancellationToken).ConfigureAwait(false);
        var memory = await RoundsAsync(bench, runs, takeOurs, takeOriginal, (take, token) => MemoryOfOneMoreAsync(take, guests, token), cancellationToken)
            .ConfigureAwait(false);
        return
        [
            times.Figure($"virt-df of {GuestCount}", "s", Direction.LowerIsBetter, time => time.TotalSeconds),
            memory.Figure("private, each further", "MiB", Direction.LowerIsBetter, bytes => bytes / MebiByte) with { Expected = "64 MiB or less when idle" },
        ];
    }

    private static async Task<Results<T>> RoundsAsync<T>(
        Workbench bench,
        int runs,
        Func<IReadOnlyList<string>, int, CancellationToken, Task<TimeSpan>> takeOurs,
        Func<IReadOnlyList<string>, int, CancellationToken, Task<TimeSpan>>? takeOriginal,
        Func<Func<IReadOnlyList<string>, int, CancellationToken, Task<TimeSpan>>, CancellationToken, Task<T>> measure,
        CancellationToken cancellationToken)
    {
        var (ofOurs, ofOriginal) = (new List<T>(), new List<T>());
        for (var run = 1; run <= runs; run++)
        {
            bench.Progress.Report($"{run} of {runs}");
            ofOurs.Add(await measure(takeOurs, cancellationToken).ConfigureAwait(false));
            if (takeOriginal is not null)
            {
                ofOriginal.Add(await measure(takeOriginal, cancellationToken).ConfigureAwait(false));
            }
        }

        return new(ofOurs, takeOriginal is null ? null : ofOriginal);
    }

    /// <summary>How much more private memory several at once take than one alone, for each of the others.</summary>
    private static async Task<double> MemoryOfOneMoreAsync(
        Func<IReadOnlyList<string>, int, CancellationToken, Task<TimeSpan>> take, IReadOnlyList<string> guests, CancellationToken cancellationToken)
    {
        var one = await PeakAsync(1).ConfigureAwait(false);
        var several = await PeakAsync(MemoryCount).ConfigureAwait(false);
        return Math.Max(0, several - one) / (double)(MemoryCount - 1);

        async Task<long> PeakAsync(int count)
        {
            using var sampler = new MemorySampler();
            await take([.. guests.Take(count)], count, cancellationToken).ConfigureAwait(false);
            return sampler.Stop().Processes?.Private ?? throw new BenchException("some process lets nobody read its memory use");
        }
    }

    private static async Task<TimeSpan> InOneRunAsync(Contestant program, IReadOnlyList<string> images, int atOnce, CancellationToken cancellationToken) =>
        (await program.RunAsync(["--each", "-P", $"{atOnce}", .. images.SelectMany(image => new[] { "-a", image })], cancellationToken).ConfigureAwait(false)).Elapsed;

    private static async Task<TimeSpan> OneByOneAsync(Contestant program, IReadOnlyList<string> images, int atOnce, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            images,
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken },
            async (image, token) => await program.RunAsync(["-a", image], token).ConfigureAwait(false)).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Overlays, so that each guest is a file of its own and the disk is not filled with copies.</summary>
    private static string[] MakeGuests(Workbench bench) => [.. Enumerable.Range(1, GuestCount).Select(number =>
    {
        var path = Path.Combine(bench.WorkFolder, $"guest{number:00}.qcow2");
        var format = bench.Image.EndsWith(".qcow2", StringComparison.Ordinal) ? "qcow2" : "raw";
        var made = ChildProcess.Run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", bench.Image, "-F", format, path], new());
        return made.IsSuccess ? path : throw new BenchException($"qemu-img {made.Ending}: {made.ErrorText}");
    })];
}
