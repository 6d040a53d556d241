using System.Globalization;

namespace VirtTools.GuestTests.Actions;

/// <summary>An appliance that was asked for a network has one; nothing is sent to the outside here.</summary>
public sealed class NetworkTests
{
    [Fact]
    public void The_card_of_the_appliance_has_its_address_and_the_gateway_is_the_default_route()
    {
        using var guest = LaunchWithProc(network: true);

        // proc(5): addresses of routes are hexadecimal numbers in the byte order of the machine.
        var routes = guest.ReadLines("/proc/net/route").Skip(1).Select(line => line.Split('\t')).ToList();
        var own = Assert.Single(routes, route => route[1] == Hexadecimal(169, 254, 0, 0));
        var gateway = Assert.Single(routes, route => route[1] == Hexadecimal(0, 0, 0, 0));
        Assert.Equal((Hexadecimal(255, 255, 0, 0), own[0]), (own[7], gateway[0]));
        Assert.Equal(Hexadecimal(169, 254, 2, 2), gateway[2]);
        Assert.Matches(@"\|-- 169\.254\.2\.10\n\s+/32 host LOCAL", guest.Cat("/proc/net/fib_trie"));
        Assert.Matches(@"\|-- 127\.0\.0\.1\n\s+/32 host LOCAL", guest.Cat("/proc/net/fib_trie"));
        Assert.Contains($"{own[0]}:", guest.Cat("/proc/net/dev"));
    }

    [Fact]
    public void Without_being_asked_there_is_none()
    {
        using var guest = LaunchWithProc(network: false);

        Assert.DoesNotContain(guest.ReadLines("/proc/net/dev").Skip(2), line => !line.TrimStart().StartsWith("lo:", StringComparison.Ordinal));
        Assert.Empty(guest.ReadLines("/proc/net/route").Skip(1));
    }

    /// <summary>The kernel's view of its network is a file system that can be mounted like any other.</summary>
    private static Guestfs LaunchWithProc(bool network)
    {
        var guest = Guests.Prepare();
        try
        {
            guest.SetNetwork(network);
            guest.AddDriveScratch(8 << 20);
            guest.Launch();
            guest.Mke2fs("/dev/sda");
            guest.Mount("/dev/sda", "/");
            guest.Mkdir("/proc");
            guest.MountVfs("", "proc", "/dev/sda", "/proc");
            return guest;
        }
        catch
        {
            guest.Dispose();
            throw;
        }
    }

    private static string Hexadecimal(byte first, byte second, byte third, byte fourth) =>
        BitConverter.ToUInt32([first, second, third, fourth]).ToString("X8", CultureInfo.InvariantCulture);
}
