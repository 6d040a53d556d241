using System.Globalization;
using System.Text;
using Spectre.Console;

namespace VirtTools.CommandLine.Output;

/// <summary>
/// A bar on the terminal for work that takes longer than a second. Nothing is shown where standard error is no terminal. The line is removed when
/// the work is done.
/// </summary>
internal sealed class ProgressDisplay(CommandStreams streams, TimeProvider? clock = null)
{
    private const int BarWidth = 30;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private string? _label;
    private long _started;
    private long _drawn;
    private bool _visible;

    /// <summary>Reports how far some work has come.</summary>
    /// <param name="label">What is done; another label begins another bar.</param>
    /// <param name="position">Work done.</param>
    /// <param name="total">All of it; only the ratio counts.</param>
    public void Show(string label, ulong position, ulong total)
    {
        if (!streams.HasErrorTerminal)
        {
            return;
        }

        var now = _clock.GetTimestamp();
        if (label != _label)
        {
            (_label, _started) = (label, now);
        }

        if (position >= total)
        {
            Clear();
            _label = null;
        }
        else if (_clock.GetElapsedTime(_started, now) >= s_patience && (!_visible || _clock.GetElapsedTime(_drawn, now) >= s_interval))
        {
            _drawn = now;
            _visible = true;
            Draw((double)position / total);
        }
    }

    private void Clear()
    {
        if (_visible)
        {
            _visible = false;
            Send("\r\x1b[K");
        }
    }

    private void Draw(double share)
    {
        var text = new StringBuilder();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.Standard, Out = new AnsiConsoleOutput(new StringWriter(text, CultureInfo.InvariantCulture)) });
        var full = (int)(share * BarWidth);
        console.Write(new Markup(string.Create(
            CultureInfo.InvariantCulture,
            $"{Markup.Escape(Printable.Line(_label!))} [green]{new string('━', full)}[/][grey]{new string('━', BarWidth - full)}[/] {share * 100,3:0}%")));
        Send($"\r{text}\x1b[K");
    }

    private void Send(string text)
    {
        try
        {
            lock (streams.Error)
            {
                streams.Error.Write(Encoding.UTF8.GetBytes(text));
                streams.Error.Flush();
            }
        }
        catch (IOException)
        {
            // A terminal that has gone shows no progress.
        }
    }
}
