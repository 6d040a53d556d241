using System.Runtime.InteropServices;
using VirtTools.Posix;

namespace VirtTools.Daemon.Native;

internal static partial class Kernel
{
    private const int LargestXattr = 64 * 1024; // XATTR_SIZE_MAX and XATTR_LIST_MAX, linux/limits.h

    /// <summary>llistxattr(2).</summary>
    /// <returns>The names, in the order of the file system.</returns>
    /// <exception cref="PosixException">The file system has no attributes (ENOTSUP), or failed.</exception>
    public static string[] ListXattrs(string path)
    {
        var buffer = new byte[LargestXattr];
        var length = LListXattr(ByteString.GetTerminated(path), buffer, (nuint)buffer.Length);
        Check(length, "listxattr");
        return ByteString.GetString(buffer.AsSpan(0, (int)length)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>lgetxattr(2).</summary>
    /// <exception cref="PosixException">ENODATA: no such attribute.</exception>
    public static byte[] GetXattr(string path, string name)
    {
        var buffer = new byte[LargestXattr];
        var length = LGetXattr(ByteString.GetTerminated(path), ByteString.GetTerminated(name), buffer, (nuint)buffer.Length);
        Check(length, name);
        return buffer.AsSpan(0, (int)length).ToArray();
    }

    /// <summary>lsetxattr(2).</summary>
    /// <exception cref="PosixException">The file system refuses.</exception>
    public static void SetXattr(string path, string name, ReadOnlySpan<byte> value) =>
        Check(LSetXattr(ByteString.GetTerminated(path), ByteString.GetTerminated(name), value, (nuint)value.Length, 0), name);

    /// <summary>lremovexattr(2).</summary>
    /// <exception cref="PosixException">ENODATA: no such attribute.</exception>
    public static void RemoveXattr(string path, string name) =>
        Check(LRemoveXattr(ByteString.GetTerminated(path), ByteString.GetTerminated(name)), name);

    [LibraryImport(Library, EntryPoint = "llistxattr", SetLastError = true)]
    private static partial nint LListXattr(ReadOnlySpan<byte> path, Span<byte> list, nuint size);

    [LibraryImport(Library, EntryPoint = "lgetxattr", SetLastError = true)]
    private static partial nint LGetXattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> value, nuint size);

    [LibraryImport(Library, EntryPoint = "lsetxattr", SetLastError = true)]
    private static partial int LSetXattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, nuint size, int flags);

    [LibraryImport(Library, EntryPoint = "lremovexattr", SetLastError = true)]
    private static partial int LRemoveXattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name);
}
