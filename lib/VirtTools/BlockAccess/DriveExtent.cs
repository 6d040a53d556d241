using VirtTools.Connection;
using VirtTools.Declarations;
using VirtTools.Wire;

namespace VirtTools.BlockAccess;

/// <summary>
/// Where the daemon says that a device lies: on which drive and where in it. It may lie, so nothing is done with the numbers before
/// <see cref="Within"/> has held them against what QEMU says.
/// </summary>
/// <param name="Target">SCSI target number, which is the drive's index.</param>
/// <param name="Start">First byte in the drive.</param>
/// <param name="Length">Size in bytes.</param>
internal readonly partial record struct DriveExtent(uint Target, ulong Start, ulong Length)
{
    /// <summary>Asks for a device (docs/protocol.md, Extensions).</summary>
    public const uint Procedure = Protocol.FirstExtension + 2;

    private const int LongestReason = 4096;
    private const uint PurposeRead = 0;
    private const uint PurposeWrite = 1;
    private const uint PurposeWritten = 2;

    /// <summary>Asks the daemon whether the host may read or write the device beside the guest.</summary>
    /// <param name="session">A daemon of ours.</param>
    /// <param name="range">What is wanted.</param>
    /// <param name="tell">Gets the daemon's reason where it says no.</param>
    /// <returns>Null where it may not, or where the daemon does not know the question.</returns>
    [SyncTwin]
    public static async ValueTask<DriveExtent?> AskAsync(
        DaemonSession session, DeviceRange range, Action<string> tell, CancellationToken cancellationToken)
    {
        using var question = Question(range.Device, range.Direction == TransferDirection.Read ? PurposeRead : PurposeWrite);
        return await session.TryExtensionAsync(Procedure, question, cancellationToken).ConfigureAwait(false) is { } answer ? Parse(answer.Span, tell) : null;
    }

    /// <summary>Tells the daemon that the host has written to the device, so that the guest forgets what it knew of the content.</summary>
    [SyncTwin]
    public static async ValueTask ReportWrittenAsync(DaemonSession session, DeviceRange range, CancellationToken cancellationToken)
    {
        using var report = Question(range.Device, PurposeWritten);
        if (await session.TryExtensionAsync(Procedure, report, cancellationToken).ConfigureAwait(false) is null)
        {
            throw new ProtocolException($"the daemon lost {range.Device} while the host wrote to it");
        }
    }

    /// <summary>The part of the drive that the call is about, if all of it lies in the device and the device in the drive.</summary>
    /// <param name="size">Size of the drive, as QEMU reports it.</param>
    /// <param name="range">What is wanted.</param>
    /// <returns>First byte in the drive and how many follow; null where the range goes beyond the end.</returns>
    /// <exception cref="ProtocolException">The device does not lie in the drive: the daemon lied.</exception>
    public (long Start, long Length)? Within(long size, DeviceRange range)
    {
        // Each difference is taken only where it cannot be negative, so nothing overflows.
        if (Start > (ulong)size || Length > (ulong)size - Start)
        {
            throw new ProtocolException($"the daemon says that {range.Device} is {Length} bytes at {Start} of a drive with {size} bytes");
        }

        var length = (long)Length;
        if (range.Offset < 0 || range.Offset > length || range.Size < 0 || range.Size > length - range.Offset)
        {
            return null;
        }

        return ((long)Start + range.Offset, range.Size ?? length - range.Offset);
    }

    /// <summary>The daemon's answer: whether it allows it, then the extent, or else the reason.</summary>
    /// <exception cref="ProtocolException">The reply is not one.</exception>
    internal static DriveExtent? Parse(ReadOnlySpan<byte> answer, Action<string> tell)
    {
        var reader = new XdrReader(answer);
        if (!reader.ReadBool())
        {
            tell(reader.ReadString(LongestReason));
            reader.End();
            return null;
        }

        var extent = new DriveExtent(reader.ReadUInt32(), reader.ReadUInt64(), reader.ReadUInt64());
        reader.End();
        return extent;
    }

    private static XdrWriter Question(string device, uint purpose)
    {
        var writer = new XdrWriter();
        writer.WriteString(device);
        writer.WriteUInt32(purpose);
        return writer;
    }
}
