namespace VirtTools.CommandLine.Options;

/// <summary>The words of the command line make no sense together; the message says which and why.</summary>
internal sealed class UsageException(string message) : Exception(message)
{
    /// <summary>Whether something is missing altogether, so that the reader is shown how the command is called.</summary>
    public bool ShowsSynopsis { get; init; }
}
