using VirtTools.Wire;

namespace VirtTools.BlockAccess;

/// <summary>Which way content goes.</summary>
internal enum TransferDirection
{
    /// <summary>From the device to the host.</summary>
    Read = 0,

    /// <summary>From the host to the device.</summary>
    Write = 1,
}

/// <summary>What a call on a device of the guest wants of it.</summary>
/// <param name="Device">The device, as the caller named it.</param>
/// <param name="Direction">Which way.</param>
/// <param name="Offset">First byte in the device.</param>
/// <param name="Size">How many bytes; null is up to the end.</param>
internal sealed record DeviceRange(string Device, TransferDirection Direction, long Offset, long? Size)
{
    /// <summary>Reads the arguments of a call; null where it does not move the content of a device.</summary>
    public static DeviceRange? Of(DaemonCall call)
    {
        var reader = new XdrReader(call.Body.Written.Span);
        if (call.Action == ActionDescriptors.Download)
        {
            return Of(reader.ReadString(), TransferDirection.Read, 0, null);
        }

        if (call.Action == ActionDescriptors.DownloadOffset)
        {
            return Of(reader.ReadString(), TransferDirection.Read, reader.ReadInt64(), reader.ReadInt64());
        }

        if (call.Action == ActionDescriptors.Upload)
        {
            return Of(reader.ReadString(), TransferDirection.Write, 0, null);
        }

        return call.Action == ActionDescriptors.UploadOffset
            ? Of(reader.ReadString(), TransferDirection.Write, reader.ReadInt64(), null)
            : null;
    }

    private static DeviceRange? Of(string device, TransferDirection direction, long offset, long? size) =>
        device.StartsWith("/dev/", StringComparison.Ordinal) ? new(device, direction, offset, size) : null;
}
