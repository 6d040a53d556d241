namespace VirtTools.Bench;

/// <summary>What the command line asks for.</summary>
internal sealed record BenchOptions
{
    /// <summary>How often each benchmark measures; null for as often as it wants itself.</summary>
    public int? Runs { get; init; }

    /// <summary>Names of the benchmarks; none for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Whether the report is JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>The file that takes the report; null for standard output.</summary>
    public string? Output { get; init; }

    /// <summary>A disk image, or the name of a fixture; null for the Debian guest.</summary>
    public string? Image { get; init; }

    /// <summary>The file of the guest that is read.</summary>
    public required string GuestFile { get; init; }
}
