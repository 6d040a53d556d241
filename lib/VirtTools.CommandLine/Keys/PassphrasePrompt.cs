using Microsoft.Win32.SafeHandles;
using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Keys;

/// <summary>Asks for a key at a terminal.</summary>
/// <param name="descriptor">Number of the terminal's descriptor.</param>
/// <param name="echo">Whether what is typed is shown.</param>
/// <param name="streams">Where the question goes: standard error.</param>
internal sealed class PassphrasePrompt(int descriptor, TerminalEcho echo, CommandStreams streams)
{
    private const int LongestKey = 4096;
    private static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(200);

    private readonly SafeFileHandle _terminal = new(descriptor, ownsHandle: false);

    /// <summary>Shows the question and reads a line.</summary>
    /// <returns>The line without its end; null for an empty one.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; the terminal is as it was.</exception>
    public SecretBytes? Ask(string question, CancellationToken cancellationToken)
    {
        // The terminal must show what is typed again, however the command ends.
        var hidden = echo == TerminalEcho.Hidden ? HiddenTyping.Begin(_terminal) : null;
        using var lastAct = LastActs.Add(() => hidden?.Dispose());
        try
        {
            streams.Prompt(question);
            return ReadLine(cancellationToken);
        }
        finally
        {
            hidden?.Dispose();
            if (hidden is not null)
            {
                streams.Prompt("\n");
            }
        }
    }

    private SecretBytes? ReadLine(CancellationToken cancellationToken)
    {
        using var line = new SecretBytes(LongestKey);
        var filled = 0;
        while (filled < LongestKey)
        {
            WaitForTyping(cancellationToken);
            var count = Descriptors.Read(_terminal, line.Span[filled..]) ?? 0;
            filled += count;
            if (count == 0 || line.Span[filled - 1] == '\n')
            {
                break;
            }
        }

        var key = line.Span[..filled].TrimEnd("\r\n"u8);
        return key.IsEmpty ? null : new(key);
    }

    // A read could not be given up by Ctrl-C: the runtime's handler of the signal runs on another thread.
    private void WaitForTyping(CancellationToken cancellationToken)
    {
        PollEntry[] entries = [new((int)_terminal.DangerousGetHandle(), PollEvents.Readable)];
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
        }
        while (Poll.Wait(entries, Environment.TickCount64 + (long)s_glance.TotalMilliseconds) == 0);
    }
}
