using System.Runtime.InteropServices;

namespace VirtTools.Posix;

/// <summary>Keeps a handle open while its number is in a system call, so that another thread's Dispose cannot make the number stand for another file.</summary>
internal readonly ref struct HandleUse
{
    private readonly SafeHandle? handle;

    /// <exception cref="ObjectDisposedException">The handle is closed.</exception>
    public HandleUse(SafeHandle handle)
    {
        var added = false;
        handle.DangerousAddRef(ref added);
        this.handle = handle;
    }

    public int Number => (int)handle!.DangerousGetHandle();

    public void Dispose() => handle?.DangerousRelease();
}
