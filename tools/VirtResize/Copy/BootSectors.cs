using System.Buffers.Binary;
using VirtTools.Commands.Tables;

namespace VirtTools.Commands.Copy;

/// <summary>What boot code knows of the place where it lies, and has to be told when it moves.</summary>
internal static class BootSectors
{
    private const int HiddenSectorsOffset = 0x1C; // of the BIOS parameter block
    private const int GrubCoreOffset = 0x5C; // GRUB_BOOT_MACHINE_KERNEL_SECTOR
    private const int GrubListOffset = 0x1F4; // the last entry of the list in the first sector of the core image, which grows downwards
    private const int GrubListEntry = 12;
    private const int GrubSectorSize = 512;

    /// <summary>
    /// Corrects the first sector of a FAT or NTFS file system that moved: its "hidden sectors" say where the partition begins, and its boot code believes them.
    /// </summary>
    /// <param name="sector">The first sector.</param>
    /// <param name="from">Where the partition began.</param>
    /// <param name="to">Where it begins.</param>
    /// <returns>Whether something was changed.</returns>
    public static bool CorrectHiddenSectors(Span<byte> sector, long from, long to)
    {
        if (from == to || to > uint.MaxValue || !BootRecord.IsSigned(sector) || !BootRecord.IsOfFileSystem(sector)
            || BinaryPrimitives.ReadUInt32LittleEndian(sector[HiddenSectorsOffset..]) != from)
        {
            return false;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(sector[HiddenSectorsOffset..], (uint)to);
        return true;
    }

    /// <summary>Where the boot code of GRUB in the first sector of a disk looks for the rest of it; null where it is not GRUB's.</summary>
    public static long? GrubCoreOf(ReadOnlySpan<byte> sector) =>
        BootRecord.IsSigned(sector) && sector[..BootRecord.FirstEntry].IndexOf("GRUB \0Geom\0"u8) >= 0
            ? BinaryPrimitives.ReadInt64LittleEndian(sector[GrubCoreOffset..])
            : null;

    /// <summary>Tells the boot code of GRUB where the rest of it lies now.</summary>
    public static void PlaceGrubCore(Span<byte> sector, long core) => BinaryPrimitives.WriteInt64LittleEndian(sector[GrubCoreOffset..], core);

    /// <summary>Moves the list of places in the first sector of GRUB's core image, if all of them lie where that partition was.</summary>
    /// <param name="sector">First sector of the core image.</param>
    /// <param name="first">First sector of the partition, in units of 512 bytes.</param>
    /// <param name="end">The sector behind it.</param>
    /// <param name="distance">How far it moved.</param>
    /// <returns>Whether the list was understood.</returns>
    public static bool MoveGrubList(Span<byte> sector, long first, long end, long distance)
    {
        var entries = 0;
        for (var at = GrubListOffset; at > GrubSectorSize / 2; at -= GrubListEntry, entries++)
        {
            var count = BinaryPrimitives.ReadUInt16LittleEndian(sector[(at + 8)..]);
            if (count == 0)
            {
                break;
            }

            var start = BinaryPrimitives.ReadInt64LittleEndian(sector[at..]);
            if (start < first || start + count > end)
            {
                return false;
            }
        }

        for (var i = 0; i < entries; i++)
        {
            var entry = sector[(GrubListOffset - (i * GrubListEntry))..];
            BinaryPrimitives.WriteInt64LittleEndian(entry, BinaryPrimitives.ReadInt64LittleEndian(entry) + distance);
        }

        return entries > 0;
    }
}
