using VirtTools.Declarations;

namespace VirtTools;

/// <summary>What the primary volume descriptor of an ISO 9660 file system says; texts without the blanks at their end.</summary>
/// <param name="IsoSystemId">System that the volume is for.</param>
/// <param name="IsoVolumeId">Label.</param>
/// <param name="IsoVolumeSpaceSize">Size in logical blocks.</param>
/// <param name="IsoVolumeSetSize">Number of volumes of the set.</param>
/// <param name="IsoVolumeSequenceNumber">Number of this volume in the set.</param>
/// <param name="IsoLogicalBlockSize">Size of a logical block in bytes.</param>
/// <param name="IsoVolumeSetId">Name of the set.</param>
/// <param name="IsoPublisherId">Publisher.</param>
/// <param name="IsoDataPreparerId">Who prepared the data.</param>
/// <param name="IsoApplicationId">Program that made the volume.</param>
/// <param name="IsoCopyrightFileId">File with the copyright.</param>
/// <param name="IsoAbstractFileId">File with a summary.</param>
/// <param name="IsoBibliographicFileId">File with the bibliography.</param>
/// <param name="IsoVolumeCreationT">When it was made, in seconds since 1970; -1 where it does not say.</param>
/// <param name="IsoVolumeModificationT">When it was changed; -1 where it does not say.</param>
/// <param name="IsoVolumeExpirationT">When it expires; -1 where it does not say.</param>
/// <param name="IsoVolumeEffectiveT">From when it is valid; -1 where it does not say.</param>
[WireStruct("isoinfo")]
public sealed record IsoInfo(
    string IsoSystemId,
    string IsoVolumeId,
    uint IsoVolumeSpaceSize,
    uint IsoVolumeSetSize,
    uint IsoVolumeSequenceNumber,
    uint IsoLogicalBlockSize,
    string IsoVolumeSetId,
    string IsoPublisherId,
    string IsoDataPreparerId,
    string IsoApplicationId,
    string IsoCopyrightFileId,
    string IsoAbstractFileId,
    string IsoBibliographicFileId,
    long IsoVolumeCreationT,
    long IsoVolumeModificationT,
    long IsoVolumeExpirationT,
    long IsoVolumeEffectiveT);
