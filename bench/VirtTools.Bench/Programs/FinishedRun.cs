namespace VirtTools.Bench.Programs;

/// <summary>A program that did what it was to do.</summary>
/// <param name="Elapsed">From just before it was started until its end was noticed.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="ErrorText">What it wrote to standard error.</param>
internal sealed record FinishedRun(TimeSpan Elapsed, byte[] Output, string ErrorText);
