using Serilog.Core;
using Serilog.Events;
using VirtTools.CommandLine.Output;

namespace VirtTools.CommandLine.Running;

/// <summary>Writes log events as lines to standard error; what comes from a guest is made harmless there.</summary>
internal sealed class StandardErrorSink(CommandStreams streams) : ILogEventSink
{
    public void Emit(LogEvent logEvent)
    {
        streams.WriteError(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
        if (logEvent.Exception is { } exception)
        {
            foreach (var line in exception.ToString().Split('\n'))
            {
                streams.WriteError(line);
            }
        }
    }
}
