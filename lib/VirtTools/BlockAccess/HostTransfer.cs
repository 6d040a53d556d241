using VirtTools.Connection;

namespace VirtTools.BlockAccess;

/// <summary>What both directions of a transfer between a host file and an exported drive need.</summary>
/// <param name="Action">Name of the action, for messages.</param>
/// <param name="Device">The guest's device, for messages.</param>
/// <param name="Nbd">The exported drive.</param>
/// <param name="Start">First byte in the drive.</param>
/// <param name="Length">How many bytes may be read or written there.</param>
/// <param name="Progress">Told how far it has come.</param>
/// <param name="ReasonToStop">Looked at between pieces; not null where the user or a handler wants an end.</param>
internal sealed record HostTransfer(
    string Action, string Device, NbdConnection Nbd, long Start, long Length, HostProgress Progress, Func<Exception?> ReasonToStop)
{
    /// <summary>Bytes of content in one request. Measured: smaller ones cost round trips, larger ones miss the processor's cache.</summary>
    public const int PieceSize = 512 * 1024;

    /// <exception cref="GuestfsException">The user or a handler wants an end.</exception>
    public void ThrowIfStopped()
    {
        if (ReasonToStop() is { } reason)
        {
            throw reason;
        }
    }

    /// <summary>The exception for a request that QEMU could not carry out.</summary>
    public GuestfsException Failure(NbdRequest request)
    {
        // The protocol's error numbers are those of Linux.
        var errno = request.Error <= int.MaxValue ? Posix.Errno.Name((int)request.Error) ?? "EIO" : "EIO";
        var what = request.Command is NbdCommand.Read or NbdCommand.BlockStatus ? "read" : "written";
        return new(Action, errno, $"{Action}: {Device}: cannot be {what} at byte {request.Offset - Start}: {Posix.Errno.Message(Posix.Errno.FromName(errno) ?? 0)}");
    }
}
