using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;

namespace VirtTools.Launcher;

/// <summary>
/// Lets the process that ordered the launch answer one kind of open(2) of the program: for reading and writing, with no other flag
/// (seccomp_unotify(2)). QEMU opens the file behind its memory so, though a private mapping needs no write access; it is given a descriptor that
/// can only be read, and whoever takes QEMU over cannot change what other machines are resumed from.
/// </summary>
internal static unsafe class OpenFilter
{
    private const int SystemCallSeccomp = 317;
    private const int SetModeFilter = 1; // SECCOMP_SET_MODE_FILTER
    private const int NewListener = 1 << 3; // SECCOMP_FILTER_FLAG_NEW_LISTENER

    // <linux/bpf_common.h>, <linux/seccomp.h>, <linux/audit.h>
    private const ushort LoadWord = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private const ushort JumpIfEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private const ushort Return = 0x06; // BPF_RET | BPF_K
    private const uint AskListener = 0x7fc00000; // SECCOMP_RET_USER_NOTIF
    private const uint Allow = 0x7fff0000; // SECCOMP_RET_ALLOW
    private const uint X64 = 0xC000003E; // AUDIT_ARCH_X86_64
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private const uint ThirdArgumentOffset = 32; // its low half
    private const uint SystemCallOpenAt = 257;
    private const uint ReadWriteAlone = 2; // O_RDWR

    /// <summary>Installs the filter and sends its listener over a socket.</summary>
    /// <exception cref="PosixException">The kernel has no such filters (before 5.0), or refuses.</exception>
    public static void Install(int socket)
    {
        var program = stackalloc Instruction[]
        {
            new(LoadWord, 0, 0, ArchitectureOffset),
            new(JumpIfEqual, 0, 5, X64),
            new(LoadWord, 0, 0, NumberOffset),
            new(JumpIfEqual, 0, 3, SystemCallOpenAt),
            new(LoadWord, 0, 0, ThirdArgumentOffset),
            new(JumpIfEqual, 0, 1, ReadWriteAlone),
            new(Return, 0, 0, AskListener),
            new(Return, 0, 0, Allow),
        };
        var filter = new Filter { Length = 8, Instructions = program };
        var listener = (int)Native.SystemCall(SystemCallSeccomp, SetModeFilter, NewListener, (nint)(&filter), 0);
        if (listener < 0)
        {
            throw new PosixException(Marshal.GetLastPInvokeError(), "seccomp");
        }

        using var owned = Descriptors.Owned(listener);
        using var channel = new SafeFileHandle(socket, ownsHandle: true);
        Descriptors.Send(channel, [0], owned);
    }

    // struct sock_filter
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Instruction(ushort code, byte ifTrue, byte ifFalse, uint operand)
    {
        public readonly ushort Code = code;
        public readonly byte IfTrue = ifTrue;
        public readonly byte IfFalse = ifFalse;
        public readonly uint Operand = operand;
    }

    // struct sock_fprog
    [StructLayout(LayoutKind.Sequential)]
    private struct Filter
    {
        public ushort Length;
        public Instruction* Instructions;
    }
}
