using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;
using VirtTools.Posix.Native;

namespace VirtTools.Launch;

/// <summary>
/// Asks KVM itself whether a guest could run: 0.5 ms instead of a QEMU start. That /dev/kvm opens says little: on some hosts QEMU aborts on it
/// (<c>failed to set MSR</c>) or the guest hangs. What passes here is still tried once under a deadline (<see cref="ApplianceLauncher"/>).
/// </summary>
internal static class KvmProbe
{
    // <linux/kvm.h>
    private const nuint GetApiVersion = 0xAE00;
    private const nuint CreateVirtualMachine = 0xAE01;
    private const nuint GetSupportedProcessor = 0xC008AE05;
    private const int ApiVersion = 12;
    private const int EntrySize = 40;
    private const int HeaderSize = 8;
    private const int MaximumEntries = 256;

    // CPUID leaf 1, ECX; leaf 0x80000001, EDX. Every processor that can run a guest has them; an emulated KVM may not.
    private const uint Sse3 = 1u << 0;
    private const uint CompareExchange16 = 1u << 13;
    private const uint LongMode = 1u << 29;

    /// <summary>Why KVM cannot be used; null where it seems usable.</summary>
    public static string? ReasonAgainst()
    {
        try
        {
            using var kvm = Descriptors.Open("/dev/kvm", OpenFlags.ReadWrite);
            using var use = new HandleUse(kvm);
            if (Libc.IoCtl(use.Number, GetApiVersion, 0) != ApiVersion)
            {
                return "/dev/kvm speaks another interface than version 12";
            }

            using var machine = Descriptors.Owned(Descriptors.Checked(Libc.IoCtl(use.Number, CreateVirtualMachine, 0), "KVM makes no virtual machine"));
            return HasBaseline(use.Number) ? null : "KVM offers no complete x86-64 processor";
        }
        catch (PosixException e)
        {
            return e.Message;
        }
    }

    private static bool HasBaseline(int kvm)
    {
        // struct kvm_cpuid2: a count, padding, then entries of 10 words.
        var table = new byte[HeaderSize + (MaximumEntries * EntrySize)];
        BinaryPrimitives.WriteUInt32LittleEndian(table, MaximumEntries);
        Descriptors.Checked(Libc.IoCtl(kvm, GetSupportedProcessor, table.AsSpan()), "KVM names no processor features");
        var count = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(table), MaximumEntries);
        bool leaf1 = false, leaf80000001 = false;
        for (var i = 0; i < count; i++)
        {
            var entry = table.AsSpan(HeaderSize + (i * EntrySize), EntrySize);
            switch (BinaryPrimitives.ReadUInt32LittleEndian(entry))
            {
                case 1:
                    var ecx = BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]);
                    leaf1 = (ecx & (Sse3 | CompareExchange16)) == (Sse3 | CompareExchange16);
                    break;
                case 0x80000001:
                    leaf80000001 = (BinaryPrimitives.ReadUInt32LittleEndian(entry[24..]) & LongMode) != 0;
                    break;
            }
        }

        return leaf1 && leaf80000001;
    }
}
