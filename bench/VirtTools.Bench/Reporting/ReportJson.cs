using System.Text.Json;
using VirtTools.Bench.Figures;

namespace VirtTools.Bench.Reporting;

/// <summary>The report for programs (docs/bench.md).</summary>
internal static class ReportJson
{
    /// <summary>The report as one JSON document with a line end.</summary>
    public static byte[] Format(Report report)
    {
        using var document = new MemoryStream();
        using (var json = new Utf8JsonWriter(document, new() { Indented = true }))
        {
            json.WriteStartObject();
            Write(json, report.Machine);
            json.WriteString("image", report.Image);
            json.WriteString("guestFile", report.GuestFile);
            json.WriteStartArray("figures");
            foreach (var section in report.Sections)
            {
                foreach (var figure in section.Figures)
                {
                    Write(json, section.Benchmark, figure);
                }
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        document.WriteByte((byte)'\n');
        return document.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Machine machine)
    {
        json.WriteStartObject("machine");
        json.WriteString("time", machine.Time);
        json.WriteString("processor", machine.Processor);
        json.WriteNumber("processorCount", machine.ProcessorCount);
        json.WriteString("kernel", machine.Kernel);
        json.WriteNumber("load", machine.Load);
        json.WriteBoolean("busy", machine.IsBusy);
        json.WriteString("original", machine.Original);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string benchmark, Figure figure)
    {
        json.WriteStartObject();
        json.WriteString("benchmark", benchmark);
        json.WriteString("name", figure.Name);
        json.WriteString("unit", figure.Unit);
        json.WriteString("better", figure.Direction == Direction.LowerIsBetter ? "lower" : "higher");
        Write(json, "ours", figure, figure.Ours);
        Write(json, "original", figure, figure.Original);
        WriteNumber(json, "ratio", figure.Ratio);
        json.WriteString("expected", figure.Expected);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string property, Figure figure, Samples? samples)
    {
        if (samples is null)
        {
            json.WriteNull(property);
            return;
        }

        json.WriteStartObject(property);
        json.WriteNumber("count", samples.Count);
        json.WriteNumber("median", samples.Median);
        json.WriteNumber("min", samples.Min);
        json.WriteNumber("max", samples.Max);
        WriteNumber(json, "p99", figure.TailOf(samples));
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string property, double? number)
    {
        if (number is { } known)
        {
            json.WriteNumber(property, known);
        }
        else
        {
            json.WriteNull(property);
        }
    }
}
