using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.CommandLine.Output;

/// <summary>Where a command's result and its complaints go.</summary>
/// <param name="Program">Name of the command, which stands before each complaint.</param>
/// <param name="Output">Takes the result as bytes.</param>
/// <param name="Error">Takes complaints and logs.</param>
internal sealed record CommandStreams(string Program, Stream Output, Stream Error)
{
    private readonly Lock _gate = new();

    /// <summary>Whether the result goes to a terminal, so that it is for people.</summary>
    public bool HasOutputTerminal { get; init; }

    /// <summary>Whether complaints go to a terminal, so that progress may be shown there.</summary>
    public bool HasErrorTerminal { get; init; }

    /// <summary>How many complaints there were.</summary>
    public int ComplaintCount { get; private set; }

    /// <summary>Standard output and standard error of the process.</summary>
    /// <param name="program">Name of the command.</param>
    /// <param name="raw">Whether bytes go to a terminal as they are.</param>
    public static CommandStreams OfProcess(string program, bool raw)
    {
        var output = new DescriptorStream(new SafeFileHandle(1, ownsHandle: false), "standard output");
        var error = new DescriptorStream(new SafeFileHandle(2, ownsHandle: false), "standard error");
        return new(program, !raw && Terminal.Is(1) ? new TerminalStream(output) : output, error)
        {
            HasOutputTerminal = Terminal.Is(1),
            HasErrorTerminal = Terminal.Is(2),
        };
    }

    /// <summary>Writes text to the output; escaped bytes of names become the bytes they stand for.</summary>
    public void Write(string text) => Output.Write(ByteString.GetBytes(text));

    /// <summary>One sentence on standard error, after what has been written so far.</summary>
    public void Complain(string sentence)
    {
        lock (_gate)
        {
            ComplaintCount++;
            try
            {
                Output.Flush();
            }
            finally
            {
                WriteError($"{Program}: {sentence}");
            }
        }
    }

    /// <summary>A sentence on standard error that leaves the exit status as it is.</summary>
    public void Warn(string sentence) => WriteError($"{Program}: warning: {sentence}");

    /// <summary>Text on standard error without a line end: a question to a person.</summary>
    public void Prompt(string text) => SendError(Printable.Lines(text));

    /// <summary>One line on standard error. A standard error that is closed or full loses it.</summary>
    public void WriteError(string line) => SendError(Printable.Line(line) + "\n");

    private void SendError(string text)
    {
        try
        {
            lock (Error)
            {
                Error.Write(ByteString.GetBytes(text));
                Error.Flush();
            }
        }
        catch (IOException)
        {
            // Nowhere is left to tell it; the exit status still does.
        }
    }
}

/// <summary>What is known of terminals.</summary>
internal static partial class Terminal
{
    /// <summary>Whether the descriptor is a terminal.</summary>
    public static bool Is(int descriptor) => IsATty(descriptor) == 1;

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsATty(int descriptor);
}
