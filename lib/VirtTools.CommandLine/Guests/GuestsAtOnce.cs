namespace VirtTools.CommandLine.Guests;

/// <summary>How many appliances a command that takes many guests keeps busy, where the user does not say.</summary>
internal static class GuestsAtOnce
{
    /// <summary>
    /// Memory reckoned for one appliance, in bytes. Measured while file systems are counted: docs/bench.md, <c>many</c>; the rest is for guests whose file
    /// systems take more.
    /// </summary>
    public const long ApplianceMemory = 256L * 1024 * 1024;

    /// <summary>One for each processor, as long as all of them take at most three quarters of the memory; at least one, and not more than there are guests.</summary>
    public static int Choose(HostCapacity host, int guests)
    {
        var fit = host.Memory is { } memory ? memory / 4 * 3 / ApplianceMemory : long.MaxValue;
        return (int)Math.Clamp(Math.Min(fit, host.Processors), 1, Math.Max(1, guests));
    }
}
