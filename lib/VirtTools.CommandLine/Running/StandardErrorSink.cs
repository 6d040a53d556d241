using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;
using VirtTools.CommandLine.Output;

namespace VirtTools.CommandLine.Running;

/// <summary>Writes log events as lines to standard error; what comes from a guest is made harmless there.</summary>
internal sealed class StandardErrorSink(CommandStreams streams) : ILogEventSink
{
    // lj: texts stand as they are, without the quotes that Serilog puts around them.
    private readonly MessageTemplateTextFormatter _formatter = new("{Message:lj}", System.Globalization.CultureInfo.InvariantCulture);

    public void Emit(LogEvent logEvent)
    {
        using var message = new StringWriter();
        _formatter.Format(logEvent, message);
        streams.WriteError(message.ToString());
        foreach (var line in logEvent.Exception?.ToString().Split('\n') ?? [])
        {
            streams.WriteError(line);
        }
    }
}
