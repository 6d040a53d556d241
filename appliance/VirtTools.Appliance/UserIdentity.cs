using System.Runtime.InteropServices;
using VirtTools.Posix;
using VirtTools.Posix.Native;

namespace VirtTools.Appliance;

/// <summary>Who we are.</summary>
internal static partial class UserIdentity
{
    // struct passwd of glibc and musl on 64-bit: name, password, uid, gid, comment, home, shell.
    private const int PasswdSize = 48;
    private const int HomeOffset = 32;
    private const int BufferSize = 64 * 1024;

    /// <summary>The effective user id.</summary>
    public static uint Effective => Libc.GetEUid();

    /// <summary>A user's home folder in the password database; null where the user is not in it.</summary>
    public static unsafe string? HomeFolder(uint user)
    {
        var entry = stackalloc byte[PasswdSize];
        fixed (byte* buffer = new byte[BufferSize])
        {
            return GetPasswdByUid(user, entry, buffer, BufferSize, out var found) == 0 && found != 0
                ? ByteString.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*(byte**)(entry + HomeOffset)))
                : null;
        }
    }

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static unsafe partial int GetPasswdByUid(uint user, byte* entry, byte* buffer, nuint size, out nint found);
}
