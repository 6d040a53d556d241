using VirtTools.Bench.Figures;
using VirtTools.Bench.Measuring;
using VirtTools.Bench.Sessions;

namespace VirtTools.Bench.Benchmarks;

/// <summary>How fast a tree of many files comes out of the guest as an archive, and goes into an empty file system.</summary>
internal sealed class TreeThroughput : IBenchmark
{
    private const long DiskSize = 1024L * 1024 * 1024;
    private const string ScratchDevice = "/dev/sda";
    private const string GuestFolder = "/guest";
    private const string Tree = GuestFolder + "/usr";
    private const string Copy = "/copy";

    public string Name => "tree";

    public string Description => "tar-out and tar-in of /usr of the image";

    public int DefaultRuns => 3;

    public async Task<IReadOnlyList<Figure>> RunAsync(Workbench bench, int runs, CancellationToken cancellationToken)
    {
        bench.Progress.Report("launching");
        var image = new SessionDrive(bench.Image, null, IsReadOnly: true);
        await using var ours = await OurSession.LaunchAsync(
            bench.ApplianceFolder, [ScratchDisk.Make(bench, "ours", DiskSize), image], cancellationToken).ConfigureAwait(false);
        await using var original = await OriginalSession.LaunchAsync([ScratchDisk.Make(bench, "original", DiskSize), image], cancellationToken).ConfigureAwait(false);
        var root = await ours.FindRootAsync(cancellationToken).ConfigureAwait(false);
        foreach (var session in (ISession?[])[ours, original])
        {
            if (session is not null)
            {
                await session.MountAsync(ScratchDevice, cancellationToken).ConfigureAwait(false);
                await session.MountBelowAsync(root, GuestFolder, cancellationToken).ConfigureAwait(false);
            }
        }

        var results = await Turns.TakeAsync(
            runs,
            token => OutAndInAsync(ours, Path.Combine(bench.WorkFolder, "ours.tar"), token),
            original is null ? null : token => OutAndInAsync(original, Path.Combine(bench.WorkFolder, "original.tar"), token),
            bench.Progress,
            cancellationToken).ConfigureAwait(false);
        return
        [
            results.Figure("tar-out", "MB/s", Direction.HigherIsBetter, turn => Throughput.MegabytesPerSecond(turn.Size, turn.Out)),
            results.Figure("tar-in", "MB/s", Direction.HigherIsBetter, turn => Throughput.MegabytesPerSecond(turn.Size, turn.In)),
        ];
    }

    private static async Task<(long Size, TimeSpan Out, TimeSpan In)> OutAndInAsync(ISession session, string archive, CancellationToken cancellationToken)
    {
        File.Delete(archive);
        await session.ForgetCachesAsync(cancellationToken).ConfigureAwait(false);
        var tarOut = await session.TarOutAsync(Tree, archive, cancellationToken).ConfigureAwait(false);
        var tarIn = await session.TarInAsync(archive, Copy, cancellationToken).ConfigureAwait(false);
        await session.RemoveAsync(Copy, cancellationToken).ConfigureAwait(false);
        return (new FileInfo(archive).Length, tarOut, tarIn);
    }
}
