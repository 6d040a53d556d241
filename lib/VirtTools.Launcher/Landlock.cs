using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Launcher;

/// <summary>Landlock (landlock(7)): from here on, only the named files can be opened by path. Open descriptors are not affected.</summary>
internal static unsafe class Landlock
{
    private const int SystemCallCreate = 444;
    private const int SystemCallAddRule = 445;
    private const int SystemCallRestrict = 446;
    private const int AskVersion = 1; // LANDLOCK_CREATE_RULESET_VERSION
    private const int PathBeneath = 1; // LANDLOCK_RULE_PATH_BENEATH
    private const int PathBeneathSize = 12;
    private const int RulesetSize = 24;

    private const ulong Execute = 1 << 0;
    private const ulong WriteFile = 1 << 1;
    private const ulong ReadFile = 1 << 2;
    private const ulong ReadFolder = 1 << 3;
    private const ulong Truncate = 1 << 14;
    private const ulong DeviceIoctl = 1 << 15;
    private const ulong OnFiles = Execute | WriteFile | ReadFile | Truncate | DeviceIoctl;

    /// <summary>Does nothing on a kernel without Landlock.</summary>
    /// <exception cref="PosixException">The kernel has it and refuses.</exception>
    public static void Restrict(Orders orders)
    {
        var version = (int)Native.SystemCall(SystemCallCreate, 0, 0, AskVersion, 0);
        if (version <= 0)
        {
            return;
        }

        var handled = HandledFileAccess(version);
        ulong* attributes = stackalloc ulong[3] { handled, orders.Network ? 0 : HandledNetworkAccess(version), Scopes(version) };
        using var rules = Descriptors.Owned(
            Check(Native.SystemCall(SystemCallCreate, (nint)attributes, RulesetSizeOf(version), 0, 0), "landlock_create_ruleset"));

        foreach (var path in orders.Readable)
        {
            AllowPath(rules, path, handled & (Execute | ReadFile | ReadFolder));
        }

        foreach (var path in orders.Writable)
        {
            AllowPath(rules, path, handled & (ReadFile | WriteFile | Truncate | DeviceIoctl));
        }

        foreach (var descriptor in orders.ReadableDescriptors)
        {
            AllowDescriptor(rules, descriptor, handled & ReadFile);
        }

        Check(Native.SystemCall(SystemCallRestrict, Number(rules), 0, 0, 0), "landlock_restrict_self");
    }

    // Each version of the interface added rights; naming one that the kernel does not know is EINVAL.
    private static ulong HandledFileAccess(int version) => version switch
    {
        1 => (1UL << 13) - 1,
        2 => (1UL << 14) - 1,
        3 or 4 => (1UL << 15) - 1,
        _ => (1UL << 16) - 1,
    };

    private static ulong HandledNetworkAccess(int version) => version >= 4 ? 0b11UL : 0;

    private static ulong Scopes(int version) => version >= 6 ? 0b11UL : 0;

    private static nint RulesetSizeOf(int version) => version switch
    {
        < 4 => 8,
        < 6 => 16,
        _ => RulesetSize,
    };

    // What is not there needs no permission: the list names the places of several distributions.
    private static void AllowPath(SafeFileHandle rules, string path, ulong access)
    {
        try
        {
            using var file = Descriptors.Open(path, OpenFlags.PathOnly);
            var kind = Descriptors.Stat(file).Kind;
            Allow(rules, Number(file), kind == FileKind.Directory ? access : access & OnFiles);
        }
        catch (PosixException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.EACCES)
        {
        }
    }

    private static void AllowDescriptor(SafeFileHandle rules, int descriptor, ulong access)
    {
        const int EBADFD = 77;
        try
        {
            Allow(rules, descriptor, access);
        }
        catch (PosixException e) when (e.Errno == EBADFD)
        {
            // A file in memory lies on no mounted file system; Landlock does not restrict it.
        }
    }

    private static void Allow(SafeFileHandle rules, nint descriptor, ulong access)
    {
        // struct landlock_path_beneath_attr is packed: 64 bits of access, 32 of descriptor.
        var rule = stackalloc byte[PathBeneathSize];
        *(ulong*)rule = access;
        *(int*)(rule + sizeof(ulong)) = (int)descriptor;
        Check(Native.SystemCall(SystemCallAddRule, Number(rules), PathBeneath, (nint)rule, 0), "landlock_add_rule");
    }

    private static nint Number(SafeFileHandle handle) => handle.DangerousGetHandle();

    private static int Check(nint result, string what) =>
        result >= 0 ? (int)result : throw new PosixException(Marshal.GetLastPInvokeError(), what);
}
