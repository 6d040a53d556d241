namespace VirtTools.Daemon.Protocol;

/// <summary>Names of errors as they may stand in an error reply.</summary>
internal static class ErrnoNames
{
    // In Linux, but not in the protocol's table (tests/facts/errno.json).
    private const string NotOnWire = "EHWPOISON";

    /// <summary>The name, or EINVAL for one that the protocol does not know.</summary>
    public static string ForWire(string name) => name == NotOnWire ? "EINVAL" : name;
}
