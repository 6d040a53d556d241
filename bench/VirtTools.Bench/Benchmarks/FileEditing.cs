using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;
using VirtTools.Bench.Programs;
using VirtTools.Fixtures.Building;

namespace VirtTools.Bench.Benchmarks;

/// <summary>How long it takes to change one small file of a guest by an expression, from the start of the command to its end.</summary>
internal sealed class FileEditing : IBenchmark
{
    private const string Command = "virt-edit";
    private const string GuestFile = "/etc/hostname";

    /// <summary>Changes the file each time.</summary>
    private const string Expression = "s/$/x/ if $lineno == 1";

    public string Name => "edit";

    public string Description => "virt-edit -e of one file, the appliance is resumed";

    public int DefaultRuns => 5;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        // Each has an image of its own, since both write.
        var ours = Copy(bench, "ours");
        var original = Copy(bench, "original");
        var figures = new List<Figure>();
        await AddAsync("virt-edit -e, inspection", [], "30 times or better").ConfigureAwait(false);
        if (bench.RootDevice is { } root)
        {
            await AddAsync($"virt-edit -e -m {root}", ["-m", root], null).ConfigureAwait(false);
        }

        return figures;

        async Task AddAsync(string name, string[] mount, string? expected)
        {
            var results = await Turns.TakeAsync(
                runs,
                token => EditAsync(bench.Ours(Command), ours, mount, token),
                bench.Original(Command) is { } program ? token => EditAsync(program, original, mount, token) : null,
                bench.Progress,
                cancellationToken).ConfigureAwait(false);
            if (bench.Original(Command) is not null)
            {
                await RequireSameAsync(bench, ours, original, cancellationToken).ConfigureAwait(false);
            }

            figures.Add(results.Figure(name, "s", Direction.LowerIsBetter, run => run.Elapsed.TotalSeconds) with { Expected = expected });
        }
    }

    private static string Copy(Workbench bench, string name)
    {
        var copy = Path.Combine(bench.WorkFolder, name + Path.GetExtension(bench.Image));
        SparseFile.Copy(bench.Image, copy);
        return copy;
    }

    private static Task<FinishedRun> EditAsync(Contestant program, string image, string[] mount, CancellationToken cancellationToken) =>
        program.RunAsync(["-a", image, .. mount, GuestFile, "-e", Expression], cancellationToken);

    private static async Task RequireSameAsync(Workbench bench, string first, string second, CancellationToken cancellationToken)
    {
        var reader = bench.Ours("virt-cat");
        var ours = await reader.RunAsync(["-a", first, GuestFile], cancellationToken).ConfigureAwait(false);
        var theirs = await reader.RunAsync(["-a", second, GuestFile], cancellationToken).ConfigureAwait(false);
        if (!ours.Output.AsSpan().SequenceEqual(theirs.Output))
        {
            throw new BenchException($"{GuestFile} differs after the same edits by ours and by the original");
        }
    }
}
