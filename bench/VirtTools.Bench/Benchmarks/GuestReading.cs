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

    /// <param name="bench">Names the image and the file.</param>
    /// <param name="start">How ours gets its appliance.</param>
    /// <param name="mount">The file system to mount; null to have the commands find out what the guest mounts.</param>
    public GuestReading(Workbench bench, ApplianceStart start = ApplianceStart.Resume, string? mount = null)
    {
        _ours = bench.Ours(Command, start);
        _original = bench.Original(Command);
        _arguments = ["-a", bench.Image, .. mount is null ? (string[])[] : ["-m", mount], bench.GuestFile];
    }

    /// <summary>Reads the file with the original; null where it is not installed.</summary>
    public Func<CancellationToken, Task<FinishedRun>>? OriginalAsync => _original is null ? null : token => ReadAsync(_original, token);

    /// <summary>Reads the file once more with ours, and returns what it says of the times of its launch.</summary>
    public async Task<string> TimeLineAsync(CancellationToken cancellationToken)
    {
        var run = await _ours.RunAsync(["-v", .. _arguments], cancellationToken).ConfigureAwait(false);
        return string.Join("; ", run.ErrorText.Split('\n').Where(line => line.StartsWith("launch: ", StringComparison.Ordinal)
            || line.StartsWith("hand-over: ", StringComparison.Ordinal) || line.StartsWith("call: ", StringComparison.Ordinal)));
    }

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
