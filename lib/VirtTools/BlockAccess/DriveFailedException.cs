namespace VirtTools.BlockAccess;

/// <summary>Which way a drive failed.</summary>
internal enum DriveFault
{
    Reading,
    Writing,
}

/// <summary>QEMU could not carry out a request on a drive.</summary>
/// <param name="fault">What was tried.</param>
/// <param name="offset">First byte of the request in the drive.</param>
/// <param name="errnoName">What QEMU reports.</param>
internal sealed class DriveFailedException(DriveFault fault, long offset, string errnoName)
    : Exception($"cannot be {(fault == DriveFault.Reading ? "read" : "written")} at byte {offset}: {Posix.Errno.Message(Posix.Errno.FromName(errnoName) ?? 0)}")
{
    public DriveFault Fault => fault;

    public long Offset => offset;

    public string ErrnoName => errnoName;

    /// <exception cref="DriveFailedException">The request failed.</exception>
    public static void ThrowIfFailed(NbdRequest request)
    {
        if (request.Error == 0)
        {
            return;
        }

        // The protocol's error numbers are those of Linux.
        var errno = request.Error <= int.MaxValue ? Posix.Errno.Name((int)request.Error) ?? "EIO" : "EIO";
        throw new DriveFailedException(
            request.Command is NbdCommand.Read or NbdCommand.BlockStatus ? DriveFault.Reading : DriveFault.Writing, request.Offset, errno);
    }
}
