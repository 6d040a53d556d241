using VirtTools.CommandLine.Output;

namespace VirtTools.CommandLine.Keys;

/// <summary>What the options <c>--key</c>, <c>--keys-from-stdin</c> and <c>--echo-keys</c> say.</summary>
/// <param name="Choices">The keys, in the order of the command line.</param>
/// <param name="AreOnStandardInput">Whether further keys are read from standard input, one a line.</param>
/// <param name="Echo">Whether what is typed is shown.</param>
internal sealed record KeyRequest(IReadOnlyList<KeyChoice> Choices, bool AreOnStandardInput, TerminalEcho Echo)
{
    /// <summary>Whether there are keys without asking anybody.</summary>
    public bool IsGiven => Choices.Count > 0 || AreOnStandardInput;

    /// <summary>The keys for use; where there is a terminal, the user is asked for those that are missing.</summary>
    public KeyRing Open(CommandStreams streams) => new(
        this,
        AreOnStandardInput ? new StandardInputKeys(0) : null,
        !AreOnStandardInput && Terminal.Is(0) ? new PassphrasePrompt(0, Echo, streams).Ask : null);
}

/// <summary>Whether a terminal shows what is typed.</summary>
internal enum TerminalEcho
{
    Hidden,
    Shown,
}
