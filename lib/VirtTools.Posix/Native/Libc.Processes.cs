using System.Runtime.InteropServices;

namespace VirtTools.Posix.Native;

internal static partial class Libc
{
    internal const int SpawnAttributesSize = 336;
    internal const int SpawnActionsSize = 80;
    internal const int SignalSetSize = 128;
    internal const int SignalActionSize = 152;
    internal const int SignalInformationSize = 128;

    // The spawn functions return an error number and leave errno alone.
    [LibraryImport(Library, EntryPoint = "signal", SetLastError = true)]
    internal static partial nint Signal(int signal, nint handler);

    [LibraryImport(Library, EntryPoint = "posix_spawn")]
    internal static unsafe partial int Spawn(
        out int processId, ReadOnlySpan<byte> path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_init")]
    internal static unsafe partial int SpawnAttributesInit(byte* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_destroy")]
    internal static unsafe partial int SpawnAttributesDestroy(byte* attributes);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setflags")]
    internal static unsafe partial int SpawnAttributesSetFlags(byte* attributes, short flags);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static unsafe partial int SpawnAttributesSetDefaultSignals(byte* attributes, byte* signals);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setsigmask")]
    internal static unsafe partial int SpawnAttributesSetSignalMask(byte* attributes, byte* signals);

    [LibraryImport(Library, EntryPoint = "posix_spawnattr_setpgroup")]
    internal static unsafe partial int SpawnAttributesSetProcessGroup(byte* attributes, int group);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_init")]
    internal static unsafe partial int SpawnActionsInit(byte* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static unsafe partial int SpawnActionsDestroy(byte* actions);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static unsafe partial int SpawnActionsAddDup2(byte* actions, int from, int to);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addclose")]
    internal static unsafe partial int SpawnActionsAddClose(byte* actions, int descriptor);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    internal static unsafe partial int SpawnActionsAddCloseFrom(byte* actions, int first);

    [LibraryImport(Library, EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    internal static unsafe partial int SpawnActionsAddChangeFolder(byte* actions, ReadOnlySpan<byte> path);

    [LibraryImport(Library, EntryPoint = "sigemptyset")]
    internal static unsafe partial int SignalSetEmpty(byte* signals);

    [LibraryImport(Library, EntryPoint = "sigfillset")]
    internal static unsafe partial int SignalSetFill(byte* signals);

    [LibraryImport(Library, EntryPoint = "sigprocmask")]
    internal static unsafe partial int SignalMask(int how, byte* signals, byte* old);

    [LibraryImport(Library, EntryPoint = "sigaction", SetLastError = true)]
    internal static unsafe partial int SignalAction(int signal, byte* action, byte* old);

    [LibraryImport(Library, EntryPoint = "waitid", SetLastError = true)]
    internal static unsafe partial int WaitId(int kind, int id, byte* information, int options);

    [LibraryImport(Library, EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int processId, int signal);

    [LibraryImport(Library, EntryPoint = "getpid")]
    internal static partial int GetPid();

    [LibraryImport(Library, EntryPoint = "getppid")]
    internal static partial int GetPpid();

    // pidfd_open and pidfd_send_signal have wrappers only since glibc 2.36.
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth);
}
