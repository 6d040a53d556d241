using VirtTools.Bench.Programs;

namespace VirtTools.Bench.Benchmarks;

/// <summary>virt-cat of the same file of the same image, by ours and by the original. All runs must print the same.</summary>
internal sealed class GuestReading
{
    private const string Command = "virt-cat";

    private readonly Contestant _ours;
    private readonly Contestant? _original;
    private readonly string[] _arguments;
    private byte[]? _content;

    public GuestReading(Workbench bench)
    {
        _ours = bench.Ours(Command);
        _original = bench.Original(Command);
        _arguments = ["-a", bench.Image, bench.GuestFile];
    }

    /// <summary>Reads the file with the original; null where it is not installed.</summary>
    public Func<CancellationToken, Task<FinishedRun>>? OriginalAsync => _original is null ? null : token => ReadAsync(_original, token);

    /// <summary>Reads the file with ours.</summary>
    /// <exception cref="BenchException">It failed, or printed something else than the run before.</exception>
    public Task<FinishedRun> OursAsync(CancellationToken cancellationToken) => ReadAsync(_ours, cancellationToken);

    private async Task<FinishedRun> ReadAsync(Contestant program, CancellationToken cancellationToken)
    {
        var run = await program.RunAsync(_arguments, cancellationToken).ConfigureAwait(false);
        _content ??= run.Output;
        return run.Output.AsSpan().SequenceEqual(_content)
            ? run
            : throw new BenchException($"{program.Path} {string.Join(' ', _arguments)} printed something else than the run before");
    }
}
