using System.Buffers.Binary;
using VirtTools.Posix;

namespace VirtTools.Daemon.Devices;

/// <summary>What a disk or partition is a part of.</summary>
[Flags]
internal enum VolumeMarks
{
    None = 0,

    /// <summary>A physical volume of LVM.</summary>
    PhysicalVolume = 1,

    /// <summary>A member of an md array.</summary>
    Array = 2,

    /// <summary>A disk of Windows' logical disk manager.</summary>
    DynamicDisk = 4,
}

/// <summary>Recognises members of volumes by their magic numbers; three small reads a device, no program.</summary>
internal static class VolumeMark
{
    private const int HeadSize = 8192;
    private const int TailSize = 16 * 1024;
    private const int OldArrayBlock = 64 * 1024;
    private const int SectorSize = 512;
    private const uint ArrayMagic = 0xA92B_4EFC; // md superblock of every version

    /// <summary>Looks at a device; one that cannot be read has no marks.</summary>
    public static VolumeMarks Read(string path)
    {
        try
        {
            using var device = Descriptors.Open(path, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
            var head = new byte[HeadSize];
            var headLength = Descriptors.ReadAt(device, head, 0);
            var size = Descriptors.SizeOf(device);
            var tailStart = Math.Max(0, size / SectorSize * SectorSize - TailSize);
            var tail = new byte[TailSize];
            var tailLength = Descriptors.ReadAt(device, tail, tailStart);
            var marks = Recognise(head.AsSpan(0, headLength), tail.AsSpan(0, tailLength), tailStart, size);
            Span<byte> old = stackalloc byte[4];
            return size >= OldArrayBlock && IsArray(old[..Descriptors.ReadAt(device, old, OldArray(size))], 0) ? marks | VolumeMarks.Array : marks;
        }
        catch (PosixException)
        {
            return VolumeMarks.None;
        }
    }

    /// <summary>Looks at the first 8 KiB and the end, of which 128 KiB hold all that there may be.</summary>
    /// <param name="tailStart">Offset of <paramref name="tail"/>.</param>
    /// <param name="size">Size of the device.</param>
    public static VolumeMarks Recognise(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail, long tailStart, long size)
    {
        var marks = VolumeMarks.None;
        for (var sector = 0; sector < 4; sector++)
        {
            if (Starts(head, sector * SectorSize, "LABELONE"u8))
            {
                marks |= VolumeMarks.PhysicalVolume;
            }
        }

        if (Starts(head, 6 * SectorSize, "PRIVHEAD"u8) || Starts(tail, (int)(size - SectorSize - tailStart), "PRIVHEAD"u8))
        {
            marks |= VolumeMarks.DynamicDisk;
        }

        // md(4): version 1.1 at the start, 1.2 4 KiB behind it, 1.0 8 to 12 KiB before the end, 0.90 in the last aligned 64 KiB.
        var version10 = (size - 8192) / 4096 * 4096;
        var version090 = OldArray(size);
        if (IsArray(head, 0) || IsArray(head, 4096) || IsArray(tail, version10 - tailStart) || IsArray(tail, version090 - tailStart))
        {
            marks |= VolumeMarks.Array;
        }

        return marks;
    }

    private static long OldArray(long size) => size / OldArrayBlock * OldArrayBlock - OldArrayBlock;

    private static bool Starts(ReadOnlySpan<byte> bytes, int offset, ReadOnlySpan<byte> magic) =>
        offset >= 0 && offset + magic.Length <= bytes.Length && bytes.Slice(offset, magic.Length).SequenceEqual(magic);

    private static bool IsArray(ReadOnlySpan<byte> bytes, long offset) =>
        offset >= 0 && offset + 4 <= bytes.Length && BinaryPrimitives.ReadUInt32LittleEndian(bytes[(int)offset..]) == ArrayMagic;
}
