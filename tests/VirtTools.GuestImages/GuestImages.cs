using VirtTools.Fixtures.Recipes;
using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures;

/// <summary>The catalogue of guest disk images. Each is built on first use and cached.</summary>
public static class GuestImages
{
    /// <summary>A real Debian 12 with /boot, /, swap and /home on an MBR disk with logical partitions.</summary>
    public static Fixture Debian => DebianGuest.Fixture;

    /// <summary>All fixtures.</summary>
    public static IReadOnlyList<Fixture> All { get; } = [Debian, .. HostZoo.Fixtures, .. ApplianceZoo.Fixtures];
}
