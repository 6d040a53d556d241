using VirtTools.Bench.Figures;

namespace VirtTools.Bench.Reporting;

/// <summary>The result of a run.</summary>
/// <param name="Machine">Where it ran.</param>
/// <param name="Image">The image that was read.</param>
/// <param name="GuestFile">The file in it that was read.</param>
/// <param name="Sections">The figures of each benchmark that ran to its end, in order.</param>
internal sealed record Report(Machine Machine, string Image, string GuestFile, IReadOnlyList<ReportSection> Sections);

/// <summary>The figures of one benchmark.</summary>
/// <param name="Benchmark">Its name.</param>
/// <param name="Description">What it measures.</param>
/// <param name="Figures">What it measured.</param>
internal sealed record ReportSection(string Benchmark, string Description, IReadOnlyList<Figure> Figures);
