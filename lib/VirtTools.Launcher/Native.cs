using System.Runtime.InteropServices;

namespace VirtTools.Launcher;

// What only the launcher calls; the rest is in VirtTools.Posix.
internal static unsafe partial class Native
{
    private const string Library = "libc";

    [LibraryImport(Library, EntryPoint = "prctl", SetLastError = true)]
    internal static partial int Prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [LibraryImport(Library, EntryPoint = "setrlimit", SetLastError = true)]
    internal static partial int SetResourceLimit(int resource, ulong* softAndHard);

    [LibraryImport(Library, EntryPoint = "setgroups", SetLastError = true)]
    internal static partial int SetGroups(nuint count, uint* groups);

    [LibraryImport(Library, EntryPoint = "setresgid", SetLastError = true)]
    internal static partial int SetGroup(uint real, uint effective, uint saved);

    [LibraryImport(Library, EntryPoint = "setresuid", SetLastError = true)]
    internal static partial int SetUser(uint real, uint effective, uint saved);

    [LibraryImport(Library, EntryPoint = "capset", SetLastError = true)]
    internal static partial int SetCapabilities(uint* header, uint* sets);

    [LibraryImport(Library, EntryPoint = "sigaction", SetLastError = true)]
    internal static partial int SignalAction(int signal, byte* action, byte* old);

    [LibraryImport(Library, EntryPoint = "sigprocmask", SetLastError = true)]
    internal static partial int SignalMask(int how, byte* signals, byte* old);

    [LibraryImport(Library, EntryPoint = "getppid")]
    internal static partial int GetParent();

    [LibraryImport(Library, EntryPoint = "execv", SetLastError = true)]
    internal static partial int Execute(byte* program, byte** arguments);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth);
}
