using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix;
using VirtTools.Posix.Native;

namespace VirtTools.Launch.Templates;

/// <summary>
/// Answers QEMU's open of the file behind its memory (virttools-launch, <c>--open-filter</c>): QEMU gets a descriptor of ours, whatever access it
/// asked for. After that one the listener is closed, and the kernel refuses any further open of that kind.
/// </summary>
internal static class OpenListener
{
    // seccomp_unotify(2); _IOWR('!', 0, struct seccomp_notif) and so on.
    private const nuint Receive = 0xC0502100;
    private const nuint Send = 0xC0182101;
    private const nuint AddDescriptor = 0x40182103;
    private const int RequestSize = 80;
    private const uint CarryOn = 1; // SECCOMP_USER_NOTIF_FLAG_CONTINUE
    private const int AnswerSize = 24;

    /// <summary>Waits for the listener and for QEMU's question, and answers it.</summary>
    /// <param name="socket">Our end of the socket over which the launcher sends the listener.</param>
    /// <param name="exit">Becomes readable when QEMU has ended.</param>
    /// <param name="file">What QEMU shall get.</param>
    /// <param name="deadline">In ticks of <see cref="Environment.TickCount64"/>.</param>
    /// <exception cref="QmpClosedException">QEMU, or the launcher before it, ended first.</exception>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    /// <exception cref="PosixException">The kernel knows no such answers (before 5.9).</exception>
    public static void Answer(SafeFileHandle socket, SafeHandle exit, SafeFileHandle file, long deadline)
    {
        AwaitReadable(socket, exit, deadline);
        Span<byte> mark = stackalloc byte[1];
        Descriptors.Receive(socket, mark, out var received);
        using var listener = received ?? throw new QmpClosedException();
        while (!TryAnswer(listener, exit, file, deadline))
        {
        }
    }

    // A signal to QEMU takes the question back (ENOENT); QEMU asks again when it has handled the signal.
    private static bool TryAnswer(SafeFileHandle listener, SafeHandle exit, SafeFileHandle file, long deadline)
    {
        try
        {
            return AnswerOne(listener, exit, file, deadline);
        }
        catch (PosixException e) when (e.Errno == Errno.ENOENT)
        {
            return false;
        }
    }

    // Whether it was the question that we wait for; QEMU opens /dev/null in the same way.
    private static bool AnswerOne(SafeFileHandle listener, SafeHandle exit, SafeFileHandle file, long deadline)
    {
        AwaitReadable(listener, exit, deadline);
        using var use = new HandleUse(listener);
        using var given = new HandleUse(file);

        // id, process, flags, system call, architecture, instruction, six arguments.
        Span<byte> request = stackalloc byte[RequestSize];
        request.Clear();
        Check(Libc.IoCtl(use.Number, Receive, request), "seccomp: receive");
        var id = BinaryPrimitives.ReadUInt64LittleEndian(request);
        var isMemory = IsMemory(BinaryPrimitives.ReadInt32LittleEndian(request[8..]), BinaryPrimitives.ReadInt64LittleEndian(request[40..]));

        // id, result, error, flags.
        Span<byte> answer = stackalloc byte[AnswerSize];
        answer.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(answer, id);
        if (isMemory)
        {
            // id, flags, our descriptor, its number there (any), its flags there.
            Span<byte> addition = stackalloc byte[AnswerSize];
            addition.Clear();
            BinaryPrimitives.WriteUInt64LittleEndian(addition, id);
            BinaryPrimitives.WriteInt32LittleEndian(addition[12..], given.Number);
            BinaryPrimitives.WriteInt64LittleEndian(answer[8..], Check(Libc.IoCtl(use.Number, AddDescriptor, addition), "seccomp: add a descriptor"));
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(answer[20..], CarryOn);
        }

        Check(Libc.IoCtl(use.Number, Send, answer), "seccomp: answer");
        return isMemory;
    }

    // The name is in QEMU's memory; it waits in the system call, and has not seen anything of a guest yet.
    private static bool IsMemory(int processId, long address)
    {
        using var memory = Descriptors.Open($"/proc/{processId}/mem", OpenFlags.ReadOnly);
        Span<byte> name = stackalloc byte[QemuCommandLine.MemoryPath.Length];
        return Descriptors.ReadAt(memory, name, address) == name.Length && ByteString.GetString(name) == QemuCommandLine.MemoryPath;
    }

    private static void AwaitReadable(SafeFileHandle handle, SafeHandle exit, long deadline)
    {
        using var use = new HandleUse(handle);
        using var ending = new HandleUse(exit);
        Span<PollEntry> entries = [new(use.Number, PollEvents.Readable), new(ending.Number, PollEvents.Readable)];
        if (Poll.Wait(entries, deadline) == 0)
        {
            throw new TimeoutException("QEMU does not open its memory");
        }

        if (entries[1].Happened != PollEvents.None)
        {
            throw new QmpClosedException();
        }
    }

    private static int Check(int result, string what) =>
        result >= 0 ? result : throw new PosixException(Marshal.GetLastPInvokeError(), what);
}
