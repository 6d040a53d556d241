using System.Text;
using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;
using VirtTools.Bench.Programs;
using VirtTools.Posix;

namespace VirtTools.Bench.Benchmarks;

/// <summary>
/// The free space of a hundred guests of libvirt's test driver, asked for without naming one. The original, whose appliances boot, gets the first few of the
/// same guests; the figure is the time for each guest.
/// </summary>
internal sealed class LibvirtGuests : IBenchmark
{
    private const int OurCount = 100;
    private const int OriginalCount = 8;
    private const string Command = "virt-df";

    public string Name => "domains";

    public string Description => $"virt-df over all guests of libvirt, {OurCount} of them ({OriginalCount} for the original): time for each";

    public int DefaultRuns => 1;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        var guests = Enumerable.Range(1, OurCount).Select(number => Guest(bench, number)).ToList();
        var all = Node(bench, "all", guests);
        var few = Node(bench, "few", guests.Take(OriginalCount));
        var ours = bench.Ours(Command);
        var original = bench.Original(Command);
        List<double> ofOurs = [];
        List<double>? ofOriginal = original is null ? null : [];
        for (var run = 1; run <= runs; run++)
        {
            bench.Progress.Report($"{run} of {runs}");
            ofOurs.Add(await EachAsync(ours, all, OurCount, cancellationToken).ConfigureAwait(false));
            if (original is not null)
            {
                ofOriginal!.Add(await EachAsync(original, few, OriginalCount, cancellationToken).ConfigureAwait(false));
            }
        }

        return [new Results<double>(ofOurs, ofOriginal).Figure($"virt-df of {OurCount} domains, each", "s", Direction.LowerIsBetter, seconds => seconds)];
    }

    private static async Task<double> EachAsync(Contestant program, string uri, int count, CancellationToken cancellationToken) =>
        (await program.RunAsync(["-c", uri, "-P", $"{Environment.ProcessorCount}"], cancellationToken).ConfigureAwait(false)).Elapsed.TotalSeconds / count;

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
