namespace VirtTools.Launch;

/// <summary>The appliance could not be started. The message is one sentence: what failed, why, and what to do if that is known.</summary>
internal sealed class LaunchException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Of a failure that tells what happened, and nobody knows better what to do.</summary>
    public static LaunchException Unexplained(string message, Exception? cause = null) => new($"{message}; virt-appliance doctor looks for the cause", cause);
}
