using System.Runtime.InteropServices;
using VirtTools.Posix;

namespace VirtTools.Launcher;

/// <summary>Takes from this process what the program shall not have.</summary>
internal static unsafe class Confinement
{
    private const int KillSignal = 9;
    private const int LastStandardSignal = 31;
    private const int ResourceCoreSize = 4; // RLIMIT_CORE
    private const int SetMask = 2; // SIG_SETMASK
    private const int PrctlSetParentDeathSignal = 1;
    private const int PrctlDropFromBoundingSet = 24;
    private const int PrctlNoNewPrivileges = 38;
    private const int CapabilityVersion3 = 0x20080522; // _LINUX_CAPABILITY_VERSION_3
    private const int HighestCapability = 63;
    private const int SystemCallCloseRange = 436;
    private const int CloseOnExec = 4; // CLOSE_RANGE_CLOEXEC

    public static void Apply(Orders orders)
    {
        ResetSignals();
        NoCoreDump();
        if (orders.LastDescriptor is { } last)
        {
            HideDescriptorsAbove(last);
        }

        if (orders.DropCapabilities)
        {
            DropCapabilities();
        }

        if (orders.Identity is { } identity)
        {
            BecomeUser(identity.User, identity.Group);
        }

        // Landlock asks for it where there is no CAP_SYS_ADMIN; it also keeps set-uid programs from giving powers back.
        Check(Native.Prctl(PrctlNoNewPrivileges, 1, 0, 0, 0), "no_new_privs");
        if (orders.Fence)
        {
            Landlock.Restrict(orders);
        }

        // Last, because the kernel forgets the signal when the user changes (prctl(2)).
        if (orders.Parent is { } parent)
        {
            DieWith(parent);
        }

        if (orders.OpenFilterSocket is { } socket)
        {
            OpenFilter.Install(socket);
        }
    }

    private static void ResetSignals()
    {
        var nothing = stackalloc byte[256];
        new Span<byte>(nothing, 256).Clear();
        for (var signal = 1; signal <= LastStandardSignal; signal++)
        {
            // SIGKILL and SIGSTOP refuse; they need no reset.
            _ = Native.SignalAction(signal, nothing, null);
        }

        _ = Native.SignalMask(SetMask, nothing, null);
    }

    // A dump of QEMU holds what the guest had in memory, passphrases included.
    private static void NoCoreDump()
    {
        ulong* none = stackalloc ulong[2] { 0, 0 };
        Check(Native.SetResourceLimit(ResourceCoreSize, none), "setrlimit");
    }

    // Those of the .NET runtime, if this is the managed build.
    private static void HideDescriptorsAbove(int last)
    {
        // A kernel before 5.11 knows no such flag; there the runtime's own close-on-exec must do.
        _ = Native.SystemCall(SystemCallCloseRange, last + 1, unchecked((nint)uint.MaxValue), CloseOnExec, 0);
    }

    private static void DropCapabilities()
    {
        for (var capability = 0; capability <= HighestCapability; capability++)
        {
            // EINVAL above the kernel's last capability.
            _ = Native.Prctl(PrctlDropFromBoundingSet, (nuint)capability, 0, 0, 0);
        }

        uint* header = stackalloc uint[2] { CapabilityVersion3, 0 };
        uint* none = stackalloc uint[6] { 0, 0, 0, 0, 0, 0 };
        Check(Native.SetCapabilities(header, none), "capset");
    }

    private static void BecomeUser(uint user, uint group)
    {
        Check(Native.SetGroups(0, null), "setgroups");
        Check(Native.SetGroup(group, group, group), $"setresgid {group}");
        Check(Native.SetUser(user, user, user), $"setresuid {user}");
    }

    private static void DieWith(int parent)
    {
        Check(Native.Prctl(PrctlSetParentDeathSignal, KillSignal, 0, 0, 0), "parent death signal");

        // It may have died before the line above; then we have been handed to another parent.
        if (Native.GetParent() != parent)
        {
            throw new IOException("the process that ordered this launch is gone");
        }
    }

    private static void Check(int result, string what)
    {
        if (result < 0)
        {
            throw new PosixException(Marshal.GetLastPInvokeError(), what);
        }
    }
}
