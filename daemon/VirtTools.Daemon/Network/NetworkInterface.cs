using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using VirtTools.Daemon.Native;
using VirtTools.Posix;

namespace VirtTools.Daemon.Network;

/// <summary>An address of the Internet Protocol, version 4, such as 169.254.2.10.</summary>
internal readonly record struct IPv4Address(byte First, byte Second, byte Third, byte Fourth);

/// <summary>Sets up an interface by the calls of netdevice(7), on any socket of the protocol.</summary>
internal static class NetworkInterface
{
    private const uint AddRoute = 0x890B; // SIOCADDRT
    private const uint GetFlags = 0x8913; // SIOCGIFFLAGS
    private const uint SetFlags = 0x8914; // SIOCSIFFLAGS
    private const uint SetInterfaceAddress = 0x8916; // SIOCSIFADDR
    private const uint SetInterfaceNetmask = 0x891C; // SIOCSIFNETMASK

    // struct ifreq: a name, then the value.
    private const int RequestSize = 40;
    private const int NameSize = 16;

    // struct rtentry on a 64-bit machine.
    private const int RouteSize = 120;
    private const int DestinationOffset = 8;
    private const int GatewayOffset = 24;
    private const int NetmaskOffset = 40;
    private const int FlagsOffset = 56;

    private const short Up = 1; // IFF_UP
    private const short RouteUpByGateway = 1 | 2; // RTF_UP, RTF_GATEWAY

    /// <summary>Gives the interface its address and netmask.</summary>
    /// <exception cref="PosixException">ENODEV where there is no such interface.</exception>
    public static void SetAddress(SafeHandle socket, string name, IPv4Address address, IPv4Address netmask)
    {
        var request = Request(name);
        Write(request.AsSpan(NameSize), address);
        Kernel.Control(socket, SetInterfaceAddress, request, name);
        Write(request.AsSpan(NameSize), netmask);
        Kernel.Control(socket, SetInterfaceNetmask, request, name);
    }

    /// <summary>Switches the interface on.</summary>
    /// <exception cref="PosixException">ENODEV where there is no such interface.</exception>
    public static void SetUp(SafeHandle socket, string name)
    {
        var request = Request(name);
        Kernel.Control(socket, GetFlags, request, name);
        var flags = BinaryPrimitives.ReadInt16LittleEndian(request.AsSpan(NameSize));
        BinaryPrimitives.WriteInt16LittleEndian(request.AsSpan(NameSize), (short)(flags | Up));
        Kernel.Control(socket, SetFlags, request, name);
    }

    /// <summary>Sends everything that is not for the interface's own network to a gateway there.</summary>
    /// <exception cref="PosixException">ENETUNREACH where no interface reaches the gateway.</exception>
    public static void AddDefaultRoute(SafeHandle socket, IPv4Address gateway)
    {
        var route = new byte[RouteSize];
        Write(route.AsSpan(DestinationOffset), default);
        Write(route.AsSpan(GatewayOffset), gateway);
        Write(route.AsSpan(NetmaskOffset), default);
        BinaryPrimitives.WriteInt16LittleEndian(route.AsSpan(FlagsOffset), RouteUpByGateway);
        Kernel.Control(socket, AddRoute, route, "the default route");
    }

    private static byte[] Request(string name)
    {
        var request = new byte[RequestSize];
        var bytes = ByteString.GetTerminated(name);
        if (bytes.Length > NameSize)
        {
            throw new PosixException(Errno.EINVAL, name);
        }

        bytes.CopyTo(request, 0);
        return request;
    }

    // struct sockaddr_in without a port.
    private static void Write(Span<byte> target, IPv4Address address)
    {
        BinaryPrimitives.WriteInt16LittleEndian(target, (short)AddressFamily.InterNetwork);
        ReadOnlySpan<byte> bytes = [address.First, address.Second, address.Third, address.Fourth];
        bytes.CopyTo(target[4..]);
    }
}
