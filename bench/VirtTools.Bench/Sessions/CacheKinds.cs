namespace VirtTools.Bench.Sessions;

/// <summary>What the action drop_caches takes, as the kernel's /proc/sys/vm/drop_caches does.</summary>
internal static class CacheKinds
{
    /// <summary>Pages, directory entries and inodes.</summary>
    public const int All = 3;
}
