using System.Runtime.InteropServices;

namespace VirtTools.Tests.Images;

/// <summary>Makes the files of this thread be opened as an unprivileged user, where the tests run as root; setfsuid(2) is per thread.</summary>
internal sealed partial class FileSystemUser : IDisposable
{
    private const uint Nobody = 65534;
    private readonly uint before;

    private FileSystemUser(uint before) => this.before = before;

    public static FileSystemUser Unprivileged()
    {
        var user = SetFsUid(uint.MaxValue);
        if (user == 0)
        {
            SetFsUid(Nobody);
        }

        return new(user);
    }

    public void Dispose() => SetFsUid(before);

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial uint SetFsUid(uint user);
}
