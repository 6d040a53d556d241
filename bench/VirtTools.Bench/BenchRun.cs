using System.Text;
using VirtTools.Bench.Benchmarks;
using VirtTools.Bench.Reporting;
using VirtTools.CommandLine.Output;
using VirtTools.Fixtures;
using VirtTools.Fixtures.Building;

namespace VirtTools.Bench;

/// <summary>Runs benchmarks one after the other and writes the report.</summary>
internal static class BenchRun
{
    /// <summary>Does what the options ask for. A benchmark that cannot be run is left out of the report.</summary>
    /// <returns>The exit status: 1 if something could not be done.</returns>
    public static async Task<int> RunAsync(BenchOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var benchmarks = Catalogue.Select(options.Only);
            var machine = Machine.Current();
            var image = FindImage(options.Image);
            var sections = new List<ReportSection>();
            foreach (var benchmark in benchmarks)
            {
                if (await MeasureAsync(benchmark, image, options, cancellationToken).ConfigureAwait(false) is { } section)
                {
                    sections.Add(section);
                }
            }

            var report = new Report(machine, image, options.GuestFile, sections);
            Write(options.Output, options.IsJson ? ReportJson.Format(report) : Encoding.UTF8.GetBytes(ReportTable.Format(report)));
            return sections.Count == benchmarks.Count ? 0 : 1;
        }
        catch (Exception e) when (IsExpected(e))
        {
            Say(e.Message);
            return 1;
        }
    }

    private static async Task<ReportSection?> MeasureAsync(IBenchmark benchmark, string image, BenchOptions options, CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        var bench = new Workbench(image, options.GuestFile, folder.Path, new Telling(benchmark.Name)) { RootDevice = options.Image is null ? "/dev/sda2" : null };
        try
        {
            var figures = await benchmark.RunAsync(bench, options.Runs ?? benchmark.DefaultRuns, cancellationToken).ConfigureAwait(false);
            return new(benchmark.Name, benchmark.Description, figures);
        }
        catch (Exception e) when (IsExpected(e))
        {
            Say($"{benchmark.Name}: {e.Message}");
            return null;
        }
    }

    /// <summary>The image that the option names: a file, or else a fixture, made now if need be.</summary>
    private static string FindImage(string? choice)
    {
        if (choice is null)
        {
            return GuestImages.Debian.GetPath();
        }

        return File.Exists(choice) ? Path.GetFullPath(choice)
            : GuestImages.All.FirstOrDefault(fixture => fixture.Name == choice) is { Sources.Count: 1 } fixture ? fixture.GetPath()
            : throw new BenchException($"{choice}: no such file, and no fixture with one disk has that name");
    }

    private static void Write(string? path, byte[] report)
    {
        if (path is not null)
        {
            ReplacedFile.Write(path, report);
            return;
        }

        using var output = Console.OpenStandardOutput();
        output.Write(report);
    }

    private static bool IsExpected(Exception failure) => failure is BenchException or FixtureException or GuestfsException or IOException;

    private static void Say(string sentence) => Console.Error.WriteLine($"bench: {sentence}");

    private sealed class Telling(string benchmark) : IProgress<string>
    {
        public void Report(string value) => Say($"{benchmark}: {value}");
    }
}
