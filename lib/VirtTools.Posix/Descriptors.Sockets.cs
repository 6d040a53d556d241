using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix.Native;

namespace VirtTools.Posix;

/// <summary>The two ends of a pipe.</summary>
internal readonly record struct Pipe(SafeFileHandle Reader, SafeFileHandle Writer);

internal static partial class Descriptors
{
    private const int LocalDomain = 1; // AF_UNIX
    private const int StreamCloseOnExec = 1 | 0x80000; // SOCK_STREAM | SOCK_CLOEXEC
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int PassDescriptors = 1; // SCM_RIGHTS
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL

    /// <summary>pipe2(2); <paramref name="flags"/> may hold <see cref="OpenFlags.NonBlocking"/>.</summary>
    /// <exception cref="PosixException">No descriptor left.</exception>
    public static Pipe CreatePipe(OpenFlags flags = 0)
    {
        Span<int> pair = stackalloc int[2];
        Checked(Libc.Pipe2(pair, (int)(flags | OpenFlags.CloseOnExec)), "pipe");
        return new(Owned(pair[0]), Owned(pair[1]));
    }

    /// <summary>Two connected stream sockets.</summary>
    /// <exception cref="PosixException">No descriptor left.</exception>
    public static (SafeFileHandle Ours, SafeFileHandle Theirs) CreateSocketPair()
    {
        Span<int> pair = stackalloc int[2];
        Checked(Libc.SocketPair(LocalDomain, StreamCloseOnExec, 0, pair), "socketpair");
        return (Owned(pair[0]), Owned(pair[1]));
    }

    /// <summary>A connected socket as .NET knows it. The descriptor is the socket's from here on.</summary>
    public static Socket ToSocket(SafeFileHandle end)
    {
        var number = end.DangerousGetHandle();
        end.SetHandleAsInvalid();
        return new Socket(new SafeSocketHandle(number, ownsHandle: true));
    }

    /// <summary>Sends bytes on a local socket, with a descriptor beside them if one is given (SCM_RIGHTS).</summary>
    /// <returns>How many bytes were taken (the descriptor goes with the first); null where a non-blocking socket is full.</returns>
    /// <exception cref="PosixException">The other end is closed (EPIPE), or the call failed.</exception>
    public static unsafe int? Send(SafeHandle socket, ReadOnlySpan<byte> bytes, SafeHandle? descriptor = null)
    {
        using var use = new HandleUse(socket);
        using var passed = descriptor is null ? default : new HandleUse(descriptor);
        var control = new Libc.DescriptorControl { Length = 20, Level = SocketLevel, Type = PassDescriptors };
        fixed (byte* start = bytes)
        {
            var vector = new Libc.IoVector { Base = start, Length = (nuint)bytes.Length };
            var message = new Libc.MessageHeader { Vectors = &vector, VectorCount = 1 };
            if (descriptor is not null)
            {
                control.Descriptor = passed.Number;
                message.Control = &control;
                message.ControlLength = (nuint)sizeof(Libc.DescriptorControl);
            }

            int? count;
            while (!IsOver(Libc.SendMessage(use.Number, message, NoSignal), "sendmsg", out count))
            {
            }

            return count;
        }
    }

    /// <summary>Receives bytes and, if one was sent with them, a descriptor.</summary>
    /// <returns>How many bytes came, 0 at the end; null where a non-blocking socket has nothing yet.</returns>
    /// <exception cref="PosixException">The call failed.</exception>
    public static unsafe int? Receive(SafeHandle socket, Span<byte> buffer, out SafeFileHandle? descriptor)
    {
        const int CloseOnExec = 0x40000000; // MSG_CMSG_CLOEXEC
        descriptor = null;
        using var use = new HandleUse(socket);
        var control = default(Libc.DescriptorControl);
        fixed (byte* start = buffer)
        {
            var vector = new Libc.IoVector { Base = start, Length = (nuint)buffer.Length };
            Libc.MessageHeader message;
            int? count;
            do
            {
                message = new Libc.MessageHeader
                {
                    Vectors = &vector,
                    VectorCount = 1,
                    Control = &control,
                    ControlLength = (nuint)sizeof(Libc.DescriptorControl),
                };
            }
            while (!IsOver(Libc.ReceiveMessage(use.Number, ref message, CloseOnExec), "recvmsg", out count));

            if (count is not null && message.ControlLength > 0 && control is { Level: SocketLevel, Type: PassDescriptors })
            {
                descriptor = Owned(control.Descriptor);
            }

            return count;
        }
    }
}
