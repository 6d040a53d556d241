namespace VirtTools.Posix;

/// <summary>A system call failed. The message says what was attempted and why it failed.</summary>
internal sealed class PosixException(int errno, string what) : IOException($"{what}: {Posix.Errno.Message(errno)}")
{
    /// <summary>The error number of the kernel.</summary>
    public int Errno { get; } = errno;

    /// <summary>Its symbolic name, such as <c>ENOENT</c>.</summary>
    public string ErrnoName => Posix.Errno.Name(Errno) ?? "EINVAL";
}
