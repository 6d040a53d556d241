using System.Runtime.InteropServices;

namespace VirtTools.Bench.Sessions;

/// <summary>The functions of the original's library that are measured, and those needed to get there. Its handle is a pointer.</summary>
internal static partial class OriginalLibrary
{
    /// <summary>The flag of <see cref="Create"/> that keeps it from reading the environment of this process.</summary>
    public const uint NoEnvironment = 1; // GUESTFS_CREATE_NO_ENVIRONMENT

    private const string Name = "libguestfs.so.0";

    /// <summary>Whether the library is installed.</summary>
    public static bool IsInstalled { get; } = NativeLibrary.TryLoad(Name, out _);

    [LibraryImport(Name, EntryPoint = "guestfs_create_flags")]
    public static partial nint Create(uint flags);

    [LibraryImport(Name, EntryPoint = "guestfs_close")]
    public static partial void Close(nint handle);

    [LibraryImport(Name, EntryPoint = "guestfs_last_error")]
    public static partial nint LastError(nint handle);

    /// <summary>Takes a function that is told of errors; null keeps the library from printing them.</summary>
    [LibraryImport(Name, EntryPoint = "guestfs_set_error_handler")]
    public static partial void SetErrorHandler(nint handle, nint function, nint argument);

    /// <summary>Configures the handle by variables NAME=value; the last element of the list is null.</summary>
    [LibraryImport(Name, EntryPoint = "guestfs_parse_environment_list", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ParseEnvironment(nint handle, string?[] variables);

    [LibraryImport(Name, EntryPoint = "guestfs_add_drive_opts_argv", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddDrive(nint handle, string image, ref DriveOptions options);

    [LibraryImport(Name, EntryPoint = "guestfs_launch")]
    public static partial int Launch(nint handle);

    [LibraryImport(Name, EntryPoint = "guestfs_ping_daemon")]
    public static partial int PingDaemon(nint handle);

    [LibraryImport(Name, EntryPoint = "guestfs_mount", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Mount(nint handle, string device, string directory);

    [LibraryImport(Name, EntryPoint = "guestfs_upload", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Upload(nint handle, string hostFile, string guestFile);

    [LibraryImport(Name, EntryPoint = "guestfs_download", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Download(nint handle, string guestFile, string hostFile);

    [LibraryImport(Name, EntryPoint = "guestfs_mount_ro", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MountReadOnly(nint handle, string device, string directory);

    [LibraryImport(Name, EntryPoint = "guestfs_mkdir_p", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MkdirP(nint handle, string directory);

    [LibraryImport(Name, EntryPoint = "guestfs_rm_rf", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RemoveAll(nint handle, string path);

    [LibraryImport(Name, EntryPoint = "guestfs_tar_out", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int TarOut(nint handle, string directory, string hostFile);

    [LibraryImport(Name, EntryPoint = "guestfs_tar_in", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int TarIn(nint handle, string hostFile, string directory);

    [LibraryImport(Name, EntryPoint = "guestfs_sync")]
    public static partial int Sync(nint handle);

    [LibraryImport(Name, EntryPoint = "guestfs_drop_caches")]
    public static partial int DropCaches(nint handle, int kinds);

    /// <summary>
    /// struct guestfs_add_drive_opts_argv: a bit for each field that counts, then the fields. The library reads none whose bit is not set, so those behind
    /// the ones used here are left out.
    /// </summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct DriveOptions
    {
        public const ulong ReadOnlyGiven = 1 << 0;
        public const ulong FormatGiven = 1 << 1;

        public ulong Given;
        public int ReadOnly;
        public nint Format;
    }
}
