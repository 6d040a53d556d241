using System.Text;
using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;
using VirtTools.Bench.Programs;
using VirtTools.Posix;

namespace VirtTools.Bench.Benchmarks;

/// <summary>
/// The free space of a hundred guests of libvirt's test driver, asked for without naming one: both programs get the same guests, find them by themselves and
/// read as many at once.
/// </summary>
internal sealed class LibvirtGuests : IBenchmark
{
    private const int GuestCount = 100;
    private const int WarmUpCount = 2;
    private const string Command = "virt-df";

    // The original boots an appliance for each guest: half an hour and more in all.
    private static readonly TimeSpan s_deadline = TimeSpan.FromHours(2);

    public string Name => "domains";

    public string Description => $"virt-df over all guests of libvirt, {GuestCount} of them";

    public int DefaultRuns => 1;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        var guests = Enumerable.Range(1, GuestCount).Select(number => Guest(bench, number)).ToList();
        var all = Node(bench, "all", guests);
        var few = Node(bench, "few", guests.Take(WarmUpCount));
        var ours = bench.Ours(Command);
        var original = bench.Original(Command);

        // Two guests warm up as well as a hundred, and show early whether both print the same.
        bench.Progress.Report("warming up");
        await BothAsync(ours, original, few, cancellationToken).ConfigureAwait(false);
        List<double> ofOurs = [];
        List<double>? ofOriginal = original is null ? null : [];
        for (var run = 1; run <= runs; run++)
        {
            bench.Progress.Report($"{run} of {runs}");
            var (first, second) = await BothAsync(ours, original, all, cancellationToken).ConfigureAwait(false);
            ofOurs.Add(first.Elapsed.TotalSeconds);
            if (second is not null)
            {
                ofOriginal!.Add(second.Elapsed.TotalSeconds);
            }
        }

        return [new Results<double>(ofOurs, ofOriginal).Figure($"virt-df of {GuestCount} domains", "s", Direction.LowerIsBetter, seconds => seconds)];
    }

    private static async Task<(FinishedRun Ours, FinishedRun? Original)> BothAsync(
        Contestant ours, Contestant? original, string uri, CancellationToken cancellationToken)
    {
        string[] arguments = ["-c", uri, "-P", $"{Environment.ProcessorCount}", "--csv"];
        var first = await ours.RunAsync(arguments, s_deadline, cancellationToken).ConfigureAwait(false);
        if (original is null)
        {
            return (first, null);
        }

        var second = await original.RunAsync(arguments, s_deadline, cancellationToken).ConfigureAwait(false);
        return first.Output.AsSpan().SequenceEqual(second.Output)
            ? (first, second)
            : throw new BenchException($"{Command} --csv of {uri}: ours printed\n{Encoding.UTF8.GetString(first.Output)}and the original\n{Encoding.UTF8.GetString(second.Output)}");
    }

    private static string Node(Workbench bench, string name, IEnumerable<string> guests)
    {
        var path = Path.Combine(bench.WorkFolder, $"{name}.xml");
        File.WriteAllText(path, new StringBuilder("<node>").AppendJoin("", guests).Append("</node>").ToString());
        return $"test://{path}";
    }

    /// <summary>A guest whose disk is an overlay, so that each has a file of its own and the disk of the host is not filled with copies.</summary>
    private static string Guest(Workbench bench, int number)
    {
        var path = Path.Combine(bench.WorkFolder, $"domain{number:000}.qcow2");
        var format = bench.Image.EndsWith(".qcow2", StringComparison.Ordinal) ? "qcow2" : "raw";
        var made = ChildProcess.Run(["qemu-img", "create", "-q", "-f", "qcow2", "-b", bench.Image, "-F", format, path], new());
        return made.IsSuccess
            ? $"<domain type='test'><name>guest{number:000}</name><memory>1024</memory><os><type>hvm</type></os><devices><disk type='file' device='disk'>"
                + $"<driver name='qemu' type='qcow2'/><source file='{path}'/><target dev='vda'/></disk></devices></domain>"
            : throw new BenchException($"qemu-img {made.Ending}: {made.ErrorText}");
    }
}
