using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;
using VirtTools.Bench.Sessions;

namespace VirtTools.Bench.Benchmarks;

/// <summary>How fast a large file goes into the guest, and out of it again from the guest's disk.</summary>
internal sealed class TransferThroughput : IBenchmark
{
    private const long MebiByte = 1024 * 1024;
    private const long FileSize = 200 * MebiByte;
    private const long DiskSize = 512 * MebiByte;
    private const string Device = "/dev/sda";
    private const string GuestFile = "/transferred";

    public string Name => "transfer";

    public string Description => $"upload and download of a file of {FileSize / MebiByte} MiB";

    public int DefaultRuns => 3;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        bench.Progress.Report("launching");
        var content = Path.Combine(bench.WorkFolder, "content");
        await RandomFile.WriteAsync(content, FileSize, cancellationToken).ConfigureAwait(false);
        await using var ours = await OurSession.LaunchAsync(bench.ApplianceFolder, [ScratchDisk.Make(bench, "ours", DiskSize)], cancellationToken).ConfigureAwait(false);
        await ours.MountAsync(Device, cancellationToken).ConfigureAwait(false);
        await using var original = await OriginalSession.LaunchAsync([ScratchDisk.Make(bench, "original", DiskSize)], cancellationToken).ConfigureAwait(false);
        await (original?.MountAsync(Device, cancellationToken) ?? Task.CompletedTask).ConfigureAwait(false);

        var copy = Path.Combine(bench.WorkFolder, "copy");
        var results = await Turns.TakeAsync(
            runs,
            token => ThereAndBackAsync(ours, content, copy, token),
            original is null ? null : token => ThereAndBackAsync(original, content, copy, token),
            bench.Progress,
            cancellationToken).ConfigureAwait(false);
        return
        [
            results.Figure("download", "MB/s", Direction.HigherIsBetter, times => Throughput.MegabytesPerSecond(FileSize, times.Download)),
            results.Figure("upload", "MB/s", Direction.HigherIsBetter, times => Throughput.MegabytesPerSecond(FileSize, times.Upload)),
        ];
    }

    private static async Task<(TimeSpan Upload, TimeSpan Download)> ThereAndBackAsync(
        ISession session, string content, string copy, CancellationToken cancellationToken)
    {
        File.Delete(copy);
        var upload = await session.UploadAsync(content, GuestFile, cancellationToken).ConfigureAwait(false);
        await session.ForgetCachesAsync(cancellationToken).ConfigureAwait(false);
        var download = await session.DownloadAsync(GuestFile, copy, cancellationToken).ConfigureAwait(false);
        return await RandomFile.AreEqualAsync(content, copy, cancellationToken).ConfigureAwait(false)
            ? (upload, download)
            : throw new BenchException("what came back from the guest is not what went there");
    }
}
