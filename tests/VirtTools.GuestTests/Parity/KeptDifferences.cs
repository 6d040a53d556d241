using VirtTools.Fixtures.Parity;

namespace VirtTools.GuestTests.Parity;

/// <summary>The differences that docs/parity.md explains, applied to the original's output.</summary>
internal static class KeptDifferences
{
    /// <summary>What we write where the original wrote this.</summary>
    public static string Apply(ParityCase parity, string output) => output;
}
