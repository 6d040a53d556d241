using System.Buffers.Binary;

namespace VirtTools.Commands.Tables;

/// <summary>The 512 bytes of a master or extended boot record: code, four entries, two bytes of signature.</summary>
internal static class BootRecord
{
    public const int Size = 512;
    public const int EntrySize = 16;
    public const int EntryCount = 4;
    public const int FirstEntry = 446;
    public const byte ProtectiveType = 0xEE;

    private const int SignatureOffset = 510;
    private const int Heads = 255;
    private const int SectorsOfTrack = 63;
    private const int MostCylinders = 1024;

    public static bool IsSigned(ReadOnlySpan<byte> record) => record[SignatureOffset] == 0x55 && record[SignatureOffset + 1] == 0xAA;

    public static void Sign(Span<byte> record) => (record[SignatureOffset], record[SignatureOffset + 1]) = (0x55, 0xAA);

    /// <summary>FAT, NTFS, exFAT and BitLocker sign their first sector with the same two bytes.</summary>
    public static bool IsOfFileSystem(ReadOnlySpan<byte> record) =>
        record[3..].StartsWith("NTFS    "u8) || record[3..].StartsWith("EXFAT   "u8) || record[3..].StartsWith("-FVE-FS-"u8)
        || record[0x36..].StartsWith("FAT"u8) || record[0x52..].StartsWith("FAT"u8);

    public static Span<byte> Entry(Span<byte> record, int index) => record.Slice(FirstEntry + (index * EntrySize), EntrySize);

    public static ReadOnlySpan<byte> Entry(ReadOnlySpan<byte> record, int index) => record.Slice(FirstEntry + (index * EntrySize), EntrySize);

    public static bool IsExtended(byte type) => type is 0x05 or 0x0F or 0x85;

    public static uint First(ReadOnlySpan<byte> entry) => BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]);

    public static uint Count(ReadOnlySpan<byte> entry) => BinaryPrimitives.ReadUInt32LittleEndian(entry[12..]);

    public static bool IsUsed(ReadOnlySpan<byte> entry) => entry[4] != 0 && Count(entry) != 0;

    /// <summary>Gives an entry its place.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="first">First sector, as the entry counts.</param>
    /// <param name="count">How many.</param>
    /// <param name="origin">The sector from which the entry counts.</param>
    public static void Place(Span<byte> entry, long first, long count, long origin)
    {
        PlaceCylinders(entry[1..], origin + first);
        PlaceCylinders(entry[5..], origin + first + count - 1);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], checked((uint)first));
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], checked((uint)count));
    }

    // The geometry of 255 heads and 63 sectors that everybody assumes; what it cannot reach is its last place.
    private static void PlaceCylinders(Span<byte> bytes, long sector)
    {
        var cylinder = sector / (Heads * SectorsOfTrack);
        var head = sector / SectorsOfTrack % Heads;
        var number = (sector % SectorsOfTrack) + 1;
        if (cylinder >= MostCylinders)
        {
            (cylinder, head, number) = (MostCylinders - 1, Heads - 1, SectorsOfTrack);
        }

        bytes[0] = (byte)head;
        bytes[1] = (byte)(number | (cylinder >> 2 & 0xC0));
        bytes[2] = (byte)cylinder;
    }
}
