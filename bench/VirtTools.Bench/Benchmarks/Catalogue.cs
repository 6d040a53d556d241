namespace VirtTools.Bench.Benchmarks;

/// <summary>All benchmarks, in the order in which they run.</summary>
internal static class Catalogue
{
    /// <summary>The benchmarks.</summary>
    public static IReadOnlyList<IBenchmark> All { get; } =
    [
        new HelpStart(),
        new ColdStart(),
        new WarmStart(),
        new FileEditing(),
        new InspectorRun(),
        new DiskResizing(),
        new FirstUse(),
        new PeakMemory(),
        new CallLatency(),
        new TransferThroughput(),
        new TreeThroughput(),
        new DeviceThroughput(),
        new ManyGuests(),
        new LibvirtGuests(),
    ];

    /// <summary>Those with the given names; without a name all.</summary>
    /// <exception cref="BenchException">There is none of a name.</exception>
    public static IReadOnlyList<IBenchmark> Select(IReadOnlyCollection<string> names)
    {
        var known = All.Select(benchmark => benchmark.Name).ToList();
        return names.Except(known).FirstOrDefault() is { } unknown
            ? throw new BenchException($"{unknown}: no such benchmark; there are {string.Join(", ", known)}")
            : [.. All.Where(benchmark => names.Count == 0 || names.Contains(benchmark.Name))];
    }
}
