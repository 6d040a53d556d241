using VirtTools.Bench.Figures;

namespace VirtTools.Bench.Benchmarks;

/// <summary>One thing to measure. A new one is a class of its own and a line in <see cref="Catalogue"/>.</summary>
internal interface IBenchmark
{
    /// <summary>Its name, as <c>--only</c> takes it.</summary>
    string Name { get; }

    /// <summary>What it measures, in a few words.</summary>
    string Description { get; }

    /// <summary>How often it measures unless <c>--runs</c> says otherwise.</summary>
    int DefaultRuns { get; }

    /// <summary>Measures ours and, where it is installed, the original.</summary>
    /// <param name="bench">Programs, image, appliance and a folder for temporary files.</param>
    /// <param name="runs">How often.</param>
    /// <param name="cancellationToken">Ends it; nothing that it started is left.</param>
    /// <exception cref="BenchException">It could not be run.</exception>
    Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken);
}
