using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Filesystems;

/// <summary>Reads the primary volume descriptor of an ISO 9660 file system (ECMA-119, section 8.4).</summary>
internal static class IsoHeader
{
    private const int DescriptorOffset = 32768;
    private const int DescriptorSize = 2048;
    private const byte PrimaryDescriptor = 1;
    private const int QuarterHour = 15 * 60;

    /// <summary>What the descriptor says.</summary>
    /// <param name="name">Device or file, for the message.</param>
    /// <exception cref="DaemonException">EINVAL: no such file system.</exception>
    /// <exception cref="PosixException">It cannot be read.</exception>
    public static IsoInfo Read(SafeFileHandle file, string name)
    {
        var sector = new byte[DescriptorSize];
        var length = Descriptors.ReadAt(file, sector, DescriptorOffset);
        return length == DescriptorSize && Parse(sector) is { } info
            ? info
            : throw new DaemonException("EINVAL", $"{name}: not an ISO 9660 file system");
    }

    /// <summary>What the descriptor says; null where it is none.</summary>
    /// <param name="sector">2048 bytes.</param>
    public static IsoInfo? Parse(ReadOnlySpan<byte> sector)
    {
        if (sector.Length < DescriptorSize || sector[0] != PrimaryDescriptor || !sector[1..].StartsWith("CD001"u8))
        {
            return null;
        }

        return new(
            Text(sector, 8, 32),
            Text(sector, 40, 32),
            BinaryPrimitives.ReadUInt32LittleEndian(sector[80..]),
            BinaryPrimitives.ReadUInt16LittleEndian(sector[120..]),
            BinaryPrimitives.ReadUInt16LittleEndian(sector[124..]),
            BinaryPrimitives.ReadUInt16LittleEndian(sector[128..]),
            Text(sector, 190, 128),
            Text(sector, 318, 128),
            Text(sector, 446, 128),
            Text(sector, 574, 128),
            Text(sector, 702, 37),
            Text(sector, 739, 37),
            Text(sector, 776, 37),
            Time(sector.Slice(813, 17)),
            Time(sector.Slice(830, 17)),
            Time(sector.Slice(847, 17)),
            Time(sector.Slice(864, 17)));
    }

    private static string Text(ReadOnlySpan<byte> sector, int offset, int length) =>
        ByteString.GetString(sector.Slice(offset, length).TrimEnd(" \0"u8));

    // Sixteen digits (year to hundredths of a second) and the time zone in quarters of an hour; all zeros says nothing.
    private static long Time(ReadOnlySpan<byte> field)
    {
        var digits = Encoding.ASCII.GetString(field[..14]);
        return digits != "00000000000000"
            && DateTime.TryParseExact(digits, "yyyyMMddHHmmss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                ? new DateTimeOffset(time).ToUnixTimeSeconds() - (sbyte)field[16] * QuarterHour
                : -1;
    }
}
