using System.Runtime.InteropServices;
using VirtTools.Posix;

namespace VirtTools.Daemon.Paths;

/// <summary>
/// A path for system calls and programs that take no descriptor: <c>/proc/self/fd/N/</c> and a dot names the very object that was opened, links
/// at the end included. It is valid until disposed.
/// </summary>
internal readonly ref struct DescriptorPath(SafeHandle handle) : IDisposable
{
    private readonly HandleUse _use = new(handle);

    /// <summary>The path, a magic link to the open file: calls that do not follow links must not be given it.</summary>
    public string Path => $"/proc/self/fd/{_use.Number}";

    public void Dispose() => _use.Dispose();
}
