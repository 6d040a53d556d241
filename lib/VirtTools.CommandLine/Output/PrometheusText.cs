using System.Globalization;
using System.Text;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Output;

/// <summary>Writes metrics in the text format of Prometheus (version 0.0.4, as node_exporter's textfile collector reads it).</summary>
internal sealed class PrometheusText
{
    private readonly StringBuilder _text = new();

    /// <summary>Name of the metric that was begun last.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Begins a metric that only grows; its name ends in <c>_total</c>.</summary>
    /// <inheritdoc cref="Gauge"/>
    public PrometheusText Counter(string name, string help) => Begin(name, help, "counter");

    /// <summary>Begins a metric; all its samples must follow before the next one begins.</summary>
    /// <param name="name">Name with its unit at the end.</param>
    /// <param name="help">What it measures.</param>
    public PrometheusText Gauge(string name, string help) => Begin(name, help, "gauge");

    /// <summary>One sample.</summary>
    /// <param name="name">The metric's name.</param>
    /// <param name="value">A whole number.</param>
    /// <param name="labels">Label names and values; bytes that are no UTF-8 are shown as <c>\xNN</c>.</param>
    public PrometheusText Sample(string name, Int128 value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(name);
        var separator = '{';
        foreach (var (label, text) in labels)
        {
            _text.Append(separator).Append(label).Append("=\"").Append(Escape(text)).Append('"');
            separator = ',';
        }

        _text.Append(labels.IsEmpty ? "" : "}").Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        return this;
    }

    private PrometheusText Begin(string name, string help, string type)
    {
        Name = name;
        _text.Append($"# HELP {name} {help.Replace("\\", "\\\\").Replace("\n", "\\n")}\n# TYPE {name} {type}\n");
        return this;
    }

    public override string ToString() => _text.ToString();

    private static string Escape(string value)
    {
        var valid = ByteString.IsValidUtf8(value) ? value : Printable.Lines(value);
        return valid.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n");
    }
}
