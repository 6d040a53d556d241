namespace VirtTools.CommandLine.Running;

/// <summary>What a command returns to the shell.</summary>
internal static class ExitStatus
{
    /// <summary>Everything asked for was done.</summary>
    public const int Success = 0;

    /// <summary>Something failed; what could be done was done, and a sentence on standard error tells the rest.</summary>
    public const int Failure = 1;

    /// <summary>Shells add the number of the signal to 128 when one ended a command.</summary>
    public const int SignalBase = 128;

    /// <summary>SIGPIPE: nobody read the output.</summary>
    public const int OutputClosed = SignalBase + 13;

    /// <summary>SIGINT: Ctrl-C.</summary>
    public const int Interrupted = SignalBase + 2;

    /// <summary>SIGTERM.</summary>
    public const int Terminated = SignalBase + 15;
}
