using VirtTools.Daemon.Files;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Protocol;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Actions;

/// <summary>Carries out the actions that copy between files and devices.</summary>
internal sealed class CopyActions(GuestRoot root, CallProgress progress) : UnsupportedCopyActions
{
    private const uint NewFileMode = 0x1B6; // 0666, less the umask

    public override void CopyDeviceToDevice(
        string src, string dest, long? srcOffset, long? destOffset, long? size, bool? sparse, bool? append) =>
        Copy(src, dest, srcOffset, destOffset, size, sparse, append);

    public override void CopyDeviceToFile(
        string src, string dest, long? srcOffset, long? destOffset, long? size, bool? sparse, bool? append) =>
        Copy(src, dest, srcOffset, destOffset, size, sparse, append);

    public override void CopyFileToDevice(
        string src, string dest, long? srcOffset, long? destOffset, long? size, bool? sparse, bool? append) =>
        Copy(src, dest, srcOffset, destOffset, size, sparse, append);

    public override void CopyFileToFile(
        string src, string dest, long? srcOffset, long? destOffset, long? size, bool? sparse, bool? append) =>
        Copy(src, dest, srcOffset, destOffset, size, sparse, append);

    public override void CopySize(string src, string dest, long size) => Copy(src, dest, null, null, size, null, null);

    public override void Dd(string src, string dest) => Copy(src, dest, null, null, null, null, null);

    private void Copy(string source, string target, long? sourceOffset, long? targetOffset, long? size, bool? sparse, bool? append)
    {
        if (sourceOffset is < 0 || targetOffset is < 0 || size is < 0)
        {
            throw new DaemonException("EINVAL", $"{source}: an offset or the size is negative");
        }

        var toDevice = target.StartsWith("/dev/", StringComparison.Ordinal);
        if (append == true && (toDevice || targetOffset is not null))
        {
            throw new DaemonException("EINVAL", $"{target}: append is for files, and not together with an offset");
        }

        // What lies around the copied part stays when the caller names a place in the file.
        var truncate = append == true || targetOffset is not null ? OpenFlags.ReadOnly : OpenFlags.Truncate;
        using var from = root.OpenDeviceOrPath(source, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        using var to = root.OpenDeviceOrPath(target, OpenFlags.WriteOnly | OpenFlags.Create | truncate, NewFileMode);
        ContentCopy.RequireContent(from, source);
        var end = append == true ? Descriptors.Stat(to).Size : targetOffset ?? 0;
        RangeCopy.Run(new(from, sourceOffset ?? 0), new(to, end), size, sparse == true, progress);
    }
}
