namespace VirtTools.Dispatch;

/// <summary>An action failed in the daemon; becomes the error reply.</summary>
/// <param name="errnoName">Name of the errno, or an empty string.</param>
/// <param name="message">What failed, on what, and why.</param>
internal sealed class DaemonException(string errnoName, string message) : Exception(message)
{
    public string ErrnoName { get; } = errnoName;
}
