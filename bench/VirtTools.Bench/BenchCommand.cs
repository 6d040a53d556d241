using System.CommandLine;
using VirtTools.Bench.Benchmarks;

namespace VirtTools.Bench;

/// <summary>The command line: <c>./build.sh bench [--runs N] [--only NAME] [--json] [--output FILE] [--image FILE] [--file PATH]</c>.</summary>
internal static class BenchCommand
{
    /// <summary>Reads the arguments and runs what they ask for.</summary>
    /// <returns>The exit status: 0, or 1 if the arguments make no sense or a benchmark could not be run.</returns>
    public static Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var runs = new Option<int?>("--runs") { Description = "Measure so often, instead of as often as each benchmark does by itself.", HelpName = "N" };
        var only = new Option<string[]>("--only") { Description = "Only this benchmark; may be given several times.", HelpName = "NAME", DefaultValueFactory = _ => [] };
        var json = new Option<bool>("--json") { Description = "Write the report as JSON." };
        var output = new Option<string?>("--output") { Description = "Write the report to this file.", HelpName = "FILE" };
        var image = new Option<string?>("--image") { Description = "Read this disk image, or this fixture (default: the Debian guest).", HelpName = "FILE" };
        var file = new Option<string>("--file") { Description = "The file of the guest that virt-cat reads.", HelpName = "PATH", DefaultValueFactory = _ => "/etc/fstab" };
        runs.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
            {
                result.AddError("--runs takes a number of 1 or more");
            }
        });

        var root = new RootCommand($"Measures ours against the original.\n\n{string.Join('\n', Catalogue.All.Select(benchmark => $"  {benchmark.Name,-10}{benchmark.Description}"))}")
        {
            runs, only, json, output, image, file,
        };
        root.SetAction((parsed, token) => BenchRun.RunAsync(
            new()
            {
                Runs = parsed.GetValue(runs),
                Only = parsed.GetValue(only)!,
                IsJson = parsed.GetValue(json),
                Output = parsed.GetValue(output),
                Image = parsed.GetValue(image),
                GuestFile = parsed.GetValue(file)!,
            },
            token));
        return root.Parse(arguments, new() { ResponseFileTokenReplacer = null })
            .InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellationToken);
    }
}
