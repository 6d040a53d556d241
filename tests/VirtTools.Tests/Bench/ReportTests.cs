using System.Text.Json;
using VirtTools.Bench;
using VirtTools.Bench.Benchmarks;
using VirtTools.Bench.Figures;
using VirtTools.Bench.Reporting;

namespace VirtTools.Tests.Bench;

public sealed class ReportTests
{
    private static readonly Machine s_machine = new(new(2025, 1, 2, 3, 4, 5, DateTimeKind.Utc), "a processor", 2, "6.1", 0.5, "guestfs-tools 1.48.2-1");

    private static readonly Report s_report = new(s_machine, "/images/disk.qcow2", "/etc/fstab",
    [
        new("cold", "virt-cat", [new("virt-cat", "s", Direction.LowerIsBetter, new(2.0, 3.0, 4.0), new(15.0)) { Expected = "4 times or better" }]),
        new("transfer", "files", [new("upload", "MB/s", Direction.HigherIsBetter, new(99.9), null)]),
    ]);

    [Fact]
    public void The_table_shows_medians_and_the_ratio()
    {
        var row = ReportTable.Format(s_report).Split('\n').Single(line => line.Contains("virt-cat", StringComparison.Ordinal));

        Assert.Equal(
            ["cold", "virt-cat", "s", "3", "3.00", "2.00", "1", "15.0", "15.0", "5.00x", "4", "times", "or", "better"],
            row.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void The_table_says_where_there_is_no_original()
    {
        var row = ReportTable.Format(s_report).Split('\n').Single(line => line.Contains("upload", StringComparison.Ordinal));

        Assert.Contains("not installed", row, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_says_that_the_machine_was_busy()
    {
        Assert.DoesNotContain("busy", ReportTable.Format(s_report), StringComparison.Ordinal);
        Assert.Contains("busy", ReportTable.Format(s_report with { Machine = s_machine with { Load = 1.5 } }), StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_numbers_and_null_for_what_is_not_known()
    {
        using var document = JsonDocument.Parse(ReportJson.Format(s_report));
        var figures = document.RootElement.GetProperty("figures");

        Assert.Equal(5, figures[0].GetProperty("ratio").GetDouble());
        Assert.Equal(3, figures[0].GetProperty("ours").GetProperty("median").GetDouble());
        Assert.Equal("lower", figures[0].GetProperty("better").GetString());
        Assert.Equal(JsonValueKind.Null, figures[0].GetProperty("ours").GetProperty("p99").ValueKind);
        Assert.Equal(JsonValueKind.Null, figures[1].GetProperty("original").ValueKind);
        Assert.Equal(JsonValueKind.Null, figures[1].GetProperty("ratio").ValueKind);
    }

    [Fact]
    public void The_machine_is_described_from_what_the_kernel_says()
    {
        Assert.Equal("Some CPU @ 2.5GHz: fast", Machine.ProcessorIn("processor\t: 0\nmodel name\t: Some CPU @ 2.5GHz: fast\nprocessor\t: 1\nmodel name\t: other\n"));
        Assert.Equal("", Machine.ProcessorIn(""));
        Assert.Equal(7.61, Machine.LoadIn("7.61 5.49 5.34 9/1234 5678\n"));
        Assert.Equal(0, Machine.LoadIn(""));
    }

    [Fact]
    public void Benchmarks_are_chosen_by_name()
    {
        Assert.Equal(["cold", "latency"], Catalogue.Select(["latency", "cold"]).Select(benchmark => benchmark.Name));
        Assert.Equal(Catalogue.All, Catalogue.Select([]));
        Assert.Equal(Catalogue.All.Count, Catalogue.All.Select(benchmark => benchmark.Name).Distinct().Count());
        Assert.Contains("cold", Assert.Throws<BenchException>(() => Catalogue.Select(["warm-up"])).Message, StringComparison.Ordinal);
    }
}
