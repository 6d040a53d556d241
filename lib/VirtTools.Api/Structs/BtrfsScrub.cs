using VirtTools.Declarations;

namespace VirtTools;

/// <summary>How far a scrub of a btrfs file system has come, and what it found.</summary>
/// <param name="BtrfsScrubDataExtentsScrubbed">Extents of data read.</param>
/// <param name="BtrfsScrubTreeExtentsScrubbed">Extents of metadata read.</param>
/// <param name="BtrfsScrubDataBytesScrubbed">Bytes of data read.</param>
/// <param name="BtrfsScrubTreeBytesScrubbed">Bytes of metadata read.</param>
/// <param name="BtrfsScrubReadErrors">Reads that failed.</param>
/// <param name="BtrfsScrubCsumErrors">Checksums that did not match.</param>
/// <param name="BtrfsScrubVerifyErrors">Metadata that did not make sense.</param>
/// <param name="BtrfsScrubNoCsum">Blocks of data without a checksum.</param>
/// <param name="BtrfsScrubCsumDiscards">Checksums without data.</param>
/// <param name="BtrfsScrubSuperErrors">Bad superblocks.</param>
/// <param name="BtrfsScrubMallocErrors">Times that memory ran out.</param>
/// <param name="BtrfsScrubUncorrectableErrors">Errors that could not be repaired.</param>
/// <param name="BtrfsScrubUnverifiedErrors">Errors that were gone at the second try.</param>
/// <param name="BtrfsScrubCorrectedErrors">Errors that were repaired.</param>
/// <param name="BtrfsScrubLastPhysical">Last byte looked at.</param>
[WireStruct("btrfsscrub")]
public sealed record BtrfsScrub(
    [Field("btrfsscrub_data_extents_scrubbed")] ulong BtrfsScrubDataExtentsScrubbed,
    [Field("btrfsscrub_tree_extents_scrubbed")] ulong BtrfsScrubTreeExtentsScrubbed,
    [Field("btrfsscrub_data_bytes_scrubbed")] ulong BtrfsScrubDataBytesScrubbed,
    [Field("btrfsscrub_tree_bytes_scrubbed")] ulong BtrfsScrubTreeBytesScrubbed,
    [Field("btrfsscrub_read_errors")] ulong BtrfsScrubReadErrors,
    [Field("btrfsscrub_csum_errors")] ulong BtrfsScrubCsumErrors,
    [Field("btrfsscrub_verify_errors")] ulong BtrfsScrubVerifyErrors,
    [Field("btrfsscrub_no_csum")] ulong BtrfsScrubNoCsum,
    [Field("btrfsscrub_csum_discards")] ulong BtrfsScrubCsumDiscards,
    [Field("btrfsscrub_super_errors")] ulong BtrfsScrubSuperErrors,
    [Field("btrfsscrub_malloc_errors")] ulong BtrfsScrubMallocErrors,
    [Field("btrfsscrub_uncorrectable_errors")] ulong BtrfsScrubUncorrectableErrors,
    [Field("btrfsscrub_unverified_errors")] ulong BtrfsScrubUnverifiedErrors,
    [Field("btrfsscrub_corrected_errors")] ulong BtrfsScrubCorrectedErrors,
    [Field("btrfsscrub_last_physical")] ulong BtrfsScrubLastPhysical);
