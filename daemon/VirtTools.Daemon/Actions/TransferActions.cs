using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Protocol;
using VirtTools.Dispatch;
using VirtTools.Posix;
using VirtTools.Wire;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions that move content of any size between host and guest.</summary>
internal sealed partial class TransferActions(GuestRoot root, CallProgress progress) : UnsupportedTransferActions
{
    private const uint FileMode = 0x1B6; // 0666, less the umask

    public override void Upload(IncomingFile filename, string remoteFilename)
    {
        using var target = root.OpenDeviceOrPath(
            remoteFilename, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, FileMode);
        ContentCopy.In(filename, target, 0);
    }

    public override void UploadOffset(IncomingFile filename, string remoteFilename, long offset)
    {
        if (offset < 0)
        {
            throw new DaemonException("EINVAL", $"{remoteFilename}: offset in file is negative");
        }

        using var target = root.OpenDeviceOrPath(remoteFilename, OpenFlags.WriteOnly | OpenFlags.Create, FileMode);
        ContentCopy.In(filename, target, offset);
    }

    public override void Download(string remoteFilename, OutgoingFile filename)
    {
        using var source = root.OpenDeviceOrPath(remoteFilename, OpenFlags.ReadOnly);
        ContentCopy.RequireContent(source, remoteFilename);
        ContentCopy.Out(source, 0, null, filename, progress);
    }

    public override void DownloadOffset(string remoteFilename, OutgoingFile filename, long offset, long size)
    {
        if (offset < 0 || size < 0)
        {
            throw new DaemonException("EINVAL", $"{remoteFilename}: offset or size is negative");
        }

        using var source = root.OpenDeviceOrPath(remoteFilename, OpenFlags.ReadOnly);
        ContentCopy.RequireContent(source, remoteFilename);
        ContentCopy.Out(source, offset, size, filename, progress);
    }
}
