using System.Globalization;
using Spectre.Console;
using VirtTools.Bench.Figures;

namespace VirtTools.Bench.Reporting;

/// <summary>The report for people.</summary>
internal static class ReportTable
{
    // Wide enough for every column; a file or pipe has no width of its own.
    private const int Width = 150;

    /// <summary>The report as text.</summary>
    public static string Format(Report report)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        var machine = report.Machine;
        text.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{machine.Time:yyyy-MM-dd HH:mm} UTC, {machine.ProcessorCount} processors ({machine.Processor}), Linux {machine.Kernel}, load {machine.Load:0.0}"));
        text.WriteLine($"{report.GuestFile} of {Path.GetFileName(report.Image)}, emulation (no KVM) on both sides");
        text.WriteLine($"original: {machine.Original ?? "not installed"}");
        if (machine.IsBusy)
        {
            text.WriteLine("The machine was busy with other work: absolute figures are too high, ratios less so.");
        }

        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = Width;
        console.Write(TableOf(report));
        text.WriteLine("ratio: how many times better the median of ours is than that of the original");
        return text.ToString();
    }

    private static Table TableOf(Report report)
    {
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("benchmark", "figure", "unit");
        foreach (var heading in (string[])["ours: runs", "median", "best", "p99", "original: runs", "median", "best", "p99", "ratio"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        table.AddColumn("expected");
        foreach (var section in report.Sections)
        {
            foreach (var figure in section.Figures)
            {
                string[] cells =
                [
                    section.Benchmark, figure.Name, figure.Unit, .. Columns(figure, figure.Ours), .. Columns(figure, figure.Original), RatioText(figure.Ratio),
                    figure.Expected ?? "",
                ];
                table.AddRow([.. cells.Select(cell => new Text(cell))]);
            }
        }

        return table;
    }

    private static string[] Columns(Figure figure, Samples? samples) => samples is null
        ? ["", "not installed", "", ""]
        : [
            samples.Count.ToString(CultureInfo.InvariantCulture), Number(samples.Median), Number(figure.BestOf(samples)),
            figure.TailOf(samples) is { } tail ? Number(tail) : "",
        ];

    private static string RatioText(double? ratio) => ratio is { } known ? Number(known) + "x" : "";

    /// <summary>Three digits, or all of those before the point.</summary>
    private static string Number(double value) =>
        value.ToString(Math.Abs(value) switch { < 10 => "0.00", < 100 => "0.0", _ => "0" }, CultureInfo.InvariantCulture);
}
