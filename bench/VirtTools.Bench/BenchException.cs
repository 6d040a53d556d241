namespace VirtTools.Bench;

/// <summary>A benchmark could not be run: what failed and what to do.</summary>
internal sealed class BenchException(string message) : Exception(message);
