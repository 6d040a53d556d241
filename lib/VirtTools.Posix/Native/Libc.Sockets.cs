using System.Runtime.InteropServices;

namespace VirtTools.Posix.Native;

internal static partial class Libc
{
    [LibraryImport(Library, EntryPoint = "socketpair", SetLastError = true)]
    internal static partial int SocketPair(int domain, int type, int protocol, Span<int> pair);

    [LibraryImport(Library, EntryPoint = "socket", SetLastError = true)]
    internal static partial int Socket(int domain, int type, int protocol);

    [LibraryImport(Library, EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(int descriptor, in LocalAddress address, uint length);

    [LibraryImport(Library, EntryPoint = "listen", SetLastError = true)]
    internal static partial int Listen(int descriptor, int backlog);

    [LibraryImport(Library, EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(int descriptor, in LocalAddress address, uint length);

    [LibraryImport(Library, EntryPoint = "pipe2", SetLastError = true)]
    internal static partial int Pipe2(Span<int> pair, int flags);

    [LibraryImport(Library, EntryPoint = "sendmsg", SetLastError = true)]
    internal static partial nint SendMessage(int descriptor, in MessageHeader message, int flags);

    [LibraryImport(Library, EntryPoint = "recvmsg", SetLastError = true)]
    internal static partial nint ReceiveMessage(int descriptor, ref MessageHeader message, int flags);

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(Span<PollEntry> entries, nuint count, int milliseconds);

    // struct sockaddr_un; a path always ends with a zero byte here.
    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct LocalAddress
    {
        private const int PathSize = 108;

        public ushort Family;
        public fixed byte Path[PathSize];

        public static LocalAddress Of(ReadOnlySpan<byte> path)
        {
            var address = new LocalAddress { Family = 1 /* AF_UNIX */ };
            path.CopyTo(new Span<byte>(address.Path, PathSize - 1));
            return address;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal unsafe struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    // struct cmsghdr followed by the one descriptor that we send: CMSG_SPACE(sizeof (int)) is 24.
    [StructLayout(LayoutKind.Sequential, Size = 24)]
    internal struct DescriptorControl
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
    }
}
