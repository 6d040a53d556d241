using VirtTools.Declarations;

namespace VirtTools;

/// <summary>Actions about attributes of files: the older forms over the newer ones, and lists sent in portions.</summary>
public sealed partial class Guestfs
{
    /// <summary>How many names go into one call, so that neither call nor reply comes near the message limit.</summary>
    private const int NamesPerCall = 1000;

    [SyncTwin]
    private protected override async Task<Stat> StatCoreAsync(string path, CancellationToken cancellationToken) =>
        ToStat(await StatnsAsync(path, cancellationToken).ConfigureAwait(false));

    [SyncTwin]
    private protected override async Task<Stat> LstatCoreAsync(string path, CancellationToken cancellationToken) =>
        ToStat(await LstatnsAsync(path, cancellationToken).ConfigureAwait(false));

    [SyncTwin]
    private protected override async Task<Stat[]> LstatlistCoreAsync(string path, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var stats = await LstatnslistCoreAsync(path, names, cancellationToken).ConfigureAwait(false);
        return Array.ConvertAll(stats, ToStat);
    }

    [SyncTwin]
    private protected override async Task<StatNs[]> LstatnslistCoreAsync(
        string path, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var all = new List<StatNs>(names.Count);
        foreach (var portion in names.Chunk(NamesPerCall))
        {
            all.AddRange(await InternalLstatnslistAsync(path, portion, cancellationToken).ConfigureAwait(false));
        }

        return [.. all];
    }

    [SyncTwin]
    private protected override async Task<string[]> ReadlinklistCoreAsync(
        string path, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var all = new List<string>(names.Count);
        foreach (var portion in names.Chunk(NamesPerCall))
        {
            all.AddRange(await InternalReadlinklistAsync(path, portion, cancellationToken).ConfigureAwait(false));
        }

        return [.. all];
    }

    [SyncTwin]
    private protected override async Task<Xattr[]> LxattrlistCoreAsync(
        string path, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var all = new List<Xattr>();
        foreach (var portion in names.Chunk(NamesPerCall))
        {
            all.AddRange(await InternalLxattrlistAsync(path, portion, cancellationToken).ConfigureAwait(false));
        }

        return [.. all];
    }

    private static Stat ToStat(StatNs stat) => new(
        stat.StDev, stat.StIno, stat.StMode, stat.StNlink, stat.StUid, stat.StGid, stat.StRdev, stat.StSize, stat.StBlksize, stat.StBlocks,
        stat.StAtimeSec, stat.StMtimeSec, stat.StCtimeSec);
}
