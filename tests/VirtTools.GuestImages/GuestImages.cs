using VirtTools.Fixtures.Building;
using VirtTools.Fixtures.Recipes;
using VirtTools.Fixtures.Store;

namespace VirtTools.Fixtures;

/// <summary>The catalogue of guest disk images. Each is built on first use and cached.</summary>
public static class GuestImages
{
    /// <summary>A real Debian 12 with /boot, /, swap and /home on an MBR disk with logical partitions.</summary>
    public static Fixture Debian => DebianGuest.Fixture;

    /// <summary>30 disks of 1 MiB, each with an ext2 whose file /number tells which it is.</summary>
    public static Fixture ThirtyDrives => OddImages.ThirtyDrives;

    /// <summary>Guests laid out as different operating systems are, for inspection.</summary>
    public static IReadOnlyList<Fixture> Layouts { get; } = [.. HostLayouts.Fixtures, .. ApplianceLayouts.Fixtures];

    /// <summary>How the line begins that a guest of <c>boot-...</c> writes on its serial console when it is up.</summary>
    public const string UpMark = BootDisks.UpMark;

    /// <summary>All fixtures.</summary>
    public static IReadOnlyList<Fixture> All { get; } =
        [
            Debian, .. HostZoo.Fixtures, .. OddImages.Fixtures, .. ApplianceZoo.Fixtures, .. Layouts, .. WindowsOnFat.Fixtures,
            .. WindowsZoo.Fixtures, .. ResizeDisks.Fixtures, .. ResizeZoo.Fixtures, .. BootDisks.Fixtures,
        ];

    /// <summary>The fixture with this name; the names are those of <c>guest-images --list</c>.</summary>
    /// <exception cref="FixtureException">There is none.</exception>
    public static Fixture Named(string name) =>
        All.FirstOrDefault(fixture => fixture.Name == name)
        ?? throw new FixtureException($"{name}: no such guest image; run: guest-images --list");
}
