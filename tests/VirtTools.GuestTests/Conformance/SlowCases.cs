namespace VirtTools.GuestTests.Conformance;

/// <summary>Cases that take most of the time of all under emulation, and so run only with the peers, each with the reason.</summary>
internal static class SlowCases
{
    private const string WholeDrive = "works through a whole drive of 2 GiB";

    /// <summary>The reason of each slow case.</summary>
    public static readonly IReadOnlyDictionary<string, string> All = new Dictionary<string, string>
    {
        ["test_btrfs_rescue_chunk_recover_0"] = WholeDrive,
        ["test_drop_caches_0"] = "the case after it takes more than a minute",
        ["test_is_zero_device_0"] = WholeDrive,
        ["test_zerofree_0"] = WholeDrive,
    };
}
