using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;
using VirtTools.Bench.Sessions;
using VirtTools.Fixtures.Building;

namespace VirtTools.Bench.Benchmarks;

/// <summary>How fast a whole device goes out of the guest, and into it.</summary>
internal sealed class DeviceThroughput : IBenchmark
{
    private const long MebiByte = 1024 * 1024;
    private const long DeviceSize = 1024 * MebiByte;
    private const string Device = "/dev/sda";

    public string Name => "device";

    public string Description => $"upload and download of a whole device of {DeviceSize / MebiByte} MiB";

    public int DefaultRuns => 3;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        bench.Progress.Report("launching");
        var content = Path.Combine(bench.WorkFolder, "device-content");
        await RandomFile.WriteAsync(content, DeviceSize, cancellationToken).ConfigureAwait(false);
        await using var ours = await OurSession.LaunchAsync(bench.ApplianceFolder, [NewDisk(bench, "device-ours")], cancellationToken).ConfigureAwait(false);
        await using var original = await OriginalSession.LaunchAsync([NewDisk(bench, "device-original")], cancellationToken).ConfigureAwait(false);

        var copy = Path.Combine(bench.WorkFolder, "device-copy");
        var results = await Turns.TakeAsync(
            runs,
            token => ThereAndBackAsync(ours, content, copy, token),
            original is null ? null : token => ThereAndBackAsync(original, content, copy, token),
            bench.Progress,
            cancellationToken).ConfigureAwait(false);
        return
        [
            results.Figure("download", "MB/s", Direction.HigherIsBetter, times => Throughput.MegabytesPerSecond(DeviceSize, times.Download)),
            results.Figure("upload", "MB/s", Direction.HigherIsBetter, times => Throughput.MegabytesPerSecond(DeviceSize, times.Upload)),
        ];
    }

    // The original's upload leaves the end of the content in the guest's memory, ours does not: so both are measured with the sync.
    private static async Task<(TimeSpan Upload, TimeSpan Download)> ThereAndBackAsync(
        ISession session, string content, string copy, CancellationToken cancellationToken)
    {
        File.Delete(copy);
        var upload = await session.UploadAsync(content, Device, cancellationToken).ConfigureAwait(false);
        upload += await session.SynchronizeAsync(cancellationToken).ConfigureAwait(false);
        await session.ForgetCachesAsync(cancellationToken).ConfigureAwait(false);
        var download = await session.DownloadAsync(Device, copy, cancellationToken).ConfigureAwait(false);
        return await RandomFile.AreEqualAsync(content, copy, cancellationToken).ConfigureAwait(false)
            ? (upload, download)
            : throw new BenchException("what came back from the device is not what went there");
    }

    private static SessionDrive NewDisk(Workbench bench, string name)
    {
        var image = Path.Combine(bench.WorkFolder, $"{name}.img");
        SparseFile.Create(image, DeviceSize);
        return new(image, "raw", IsReadOnly: false);
    }
}
