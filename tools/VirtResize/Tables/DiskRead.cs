namespace VirtTools.Commands.Tables;

/// <summary>Reads bytes of a disk.</summary>
/// <param name="offset">First byte.</param>
/// <param name="target">Gets the bytes; all of them lie in the disk.</param>
internal delegate ValueTask DiskRead(long offset, Memory<byte> target);

/// <summary>How large a disk is.</summary>
/// <param name="Sectors">Number of whole sectors.</param>
/// <param name="SectorSize">Logical sector size in bytes: 512 or 4096.</param>
internal readonly record struct DiskGeometry(long Sectors, int SectorSize)
{
    public const int UsualSector = 512;
    public const int LargeSector = 4096;

    /// <summary>The geometry of a disk with so many bytes; what does not fill a sector is no part of it.</summary>
    public static DiskGeometry Of(long bytes, int sectorSize) => new(bytes / sectorSize, sectorSize);
}

/// <summary>Bytes that belong at a place of a disk.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Content">The bytes.</param>
internal readonly record struct DiskPatch(long Offset, byte[] Content);
