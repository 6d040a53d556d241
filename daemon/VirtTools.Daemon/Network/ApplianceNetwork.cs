using System.Net.Sockets;
using VirtTools.Daemon.Boot;
using VirtTools.Daemon.Paths;
using VirtTools.Daemon.Programs;
using VirtTools.Dispatch;
using VirtTools.Posix;

namespace VirtTools.Daemon.Network;

/// <summary>
/// The appliance's end of QEMU's user-mode network (<c>-netdev user,net=169.254.0.0/16</c>), where the addresses of gateway and name server
/// are known beforehand: no DHCP client is needed.
/// </summary>
internal static class ApplianceNetwork
{
    /// <summary>What names are looked up with; /etc/resolv.conf of the appliance is a link to it.</summary>
    public const string ResolverFile = "/run/resolv.conf";

    /// <summary>Its content.</summary>
    public const string Resolver = "nameserver 169.254.2.3\n";

    private const string Module = "virtio_net";
    private const string Interfaces = "/sys/class/net";
    private const string Loopback = "lo";

    private static readonly IPv4Address Address = new(169, 254, 2, 10);
    private static readonly IPv4Address Netmask = new(255, 255, 0, 0);
    private static readonly IPv4Address Gateway = new(169, 254, 2, 2);

    /// <summary>Brings the network up. An appliance without one is still of use, so the console is told what went wrong.</summary>
    public static void TrySetUp()
    {
        try
        {
            SetUp();
        }
        catch (Exception e) when (e is PosixException or DaemonException or SocketException or FatalException)
        {
            ConsoleLine.Write($"no network: {e.Message}");
        }
    }

    private static void SetUp()
    {
        ProgramRunner.Run(["modprobe", "--", Module]);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        NetworkInterface.SetUp(socket.SafeHandle, Loopback);
        var card = Card();
        NetworkInterface.SetAddress(socket.SafeHandle, card, Address, Netmask);
        NetworkInterface.SetUp(socket.SafeHandle, card);
        NetworkInterface.AddDefaultRoute(socket.SafeHandle, Gateway);
        using var file = Descriptors.Open(ResolverFile, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate, 0x1A4 /* 0644 */);
        Descriptors.WriteAll(file, ByteString.GetBytes(Resolver));
    }

    // The kernel's own interfaces have no device behind them.
    private static string Card() =>
        Folder.List(Interfaces).FirstOrDefault(name => Descriptors.TryStat($"{Interfaces}/{name}/device") is not null)
        ?? throw new FatalException($"{Module} finds no network card");
}
