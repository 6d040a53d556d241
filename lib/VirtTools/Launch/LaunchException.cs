namespace VirtTools.Launch;

/// <summary>The appliance could not be started. The message is one sentence: what failed, why, and what to do if that is known.</summary>
internal sealed class LaunchException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What to do where nothing better is known.</summary>
    public const string Advice = "virt-appliance doctor looks for the cause";
}
