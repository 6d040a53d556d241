using VirtTools.Connection;
using VirtTools.Declarations;
using VirtTools.Posix;

namespace VirtTools;

/// <summary>Copying trees between host and guest, by the host's tar.</summary>
public sealed partial class Guestfs
{
    [SyncTwin]
    private protected override async Task CopyInCoreAsync(string localPath, string remoteDir, CancellationToken cancellationToken)
    {
        var path = localPath.TrimEnd('/');
        var slash = path.LastIndexOf('/');
        var folder = slash < 0 ? "." : slash == 0 ? "/" : path[..slash];
        using var tar = HostTar.Pack(ActionDescriptors.CopyIn, folder, path.Length == 0 ? "." : path[(slash + 1)..]);
        await TarInAsync(tar.Stream, remoteDir, null, cancellationToken).ConfigureAwait(false);
        tar.Finish();
    }

    [SyncTwin]
    private protected override async Task CopyOutCoreAsync(string remotePath, string localDir, CancellationToken cancellationToken)
    {
        var path = remotePath.TrimEnd('/');
        var slash = path.LastIndexOf('/');
        var name = path[(slash + 1)..];
        var found = await StatnsAsync(remotePath, cancellationToken).ConfigureAwait(false);
        if (!IsDirectory(found))
        {
            await DownloadAsync(remotePath, $"{localDir.TrimEnd('/')}/{name}", cancellationToken).ConfigureAwait(false);
            return;
        }

        var target = name.Length == 0 ? localDir : $"{localDir.TrimEnd('/')}/{name}";
        MakeFolder(target);
        using var tar = HostTar.Unpack(ActionDescriptors.CopyOut, target);
        await TarOutAsync(remotePath, tar.Stream, null, cancellationToken).ConfigureAwait(false);
        tar.Finish();
    }

    private static bool IsDirectory(StatNs status) => (status.StMode & 0xF000) == 0x4000;

    private static void MakeFolder(string path)
    {
        try
        {
            Descriptors.CreateDirectory(path, 0x1FF /* 0777 */);
        }
        catch (PosixException e) when (e.Errno == Errno.EEXIST)
        {
            // Its content is added to, as cp does.
        }
        catch (PosixException e)
        {
            throw new GuestfsException(ActionDescriptors.CopyOut.Name, e.ErrnoName, $"{ActionDescriptors.CopyOut.Name}: {path}: {Errno.Message(e.Errno)}", e);
        }
    }
}
