using Microsoft.Win32.SafeHandles;

namespace VirtTools.Images;

/// <summary>One file of a drive, opened and checked. It is passed to QEMU as a descriptor, so no name is opened a second time.</summary>
/// <param name="Handle">The open file.</param>
/// <param name="Format">The QEMU driver that reads it, such as <c>qcow2</c>.</param>
/// <param name="ReadOnly">How it was opened; every layer under the top is read-only.</param>
/// <param name="RawSize">For <c>raw</c>, the size of the disk in bytes: the <c>size</c> option of QEMU's driver where it is a multiple of 512.</param>
internal record ImageLayer(SafeFileHandle Handle, string Format, bool ReadOnly, long? RawSize) : IDisposable
{
    public void Dispose() => Handle.Dispose();
}
