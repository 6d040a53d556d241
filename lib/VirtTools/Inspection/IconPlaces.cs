namespace VirtTools.Inspection;

/// <summary>A file that a distribution has for its mark.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="IsLarge">Whether it will do where only a good one is wanted.</param>
internal sealed record IconPlace(string Path, bool IsLarge = true);

/// <summary>Where the distributions keep their marks. To add one, add an entry.</summary>
internal static class IconPlaces
{
    /// <summary>What an administrator may have put there.</summary>
    public const string Favicon = "/etc/favicon.png";

    /// <summary>No icon has more bytes.</summary>
    public const int LargestIcon = 1024 * 1024;

    private static readonly IconPlace[] RedHat =
    [
        new("/usr/share/icons/hicolor/96x96/apps/system-logo-icon.png"),
        new("/usr/share/pixmaps/redhat/shadowman-transparent.png"),
        new("/usr/share/icons/hicolor/96x96/apps/fedora-logo-icon.png"),
        new("/usr/share/pixmaps/system-logo-white.png"),
    ];

    private static readonly IconPlace[] Suse =
    [
        new("/usr/share/icons/hicolor/48x48/apps/distributor.png", IsLarge: false),
        new("/usr/share/icons/hicolor/24x24/apps/distributor.png", IsLarge: false),
    ];

    /// <summary>The best one first.</summary>
    private static readonly (string[] Distributions, IconPlace[] Places)[] Known =
    [
        (["fedora"], [new("/usr/share/icons/hicolor/96x96/apps/fedora-logo-icon.png")]),
        (
            ["rhel", "centos", "rocky", "almalinux", "oraclelinux", "scientificlinux", "redhat-based", "cloudlinux", "anolis", "openEuler", "amzn"],
            RedHat),
        (["debian", "devuan", "raspbian"], [new("/usr/share/pixmaps/debian-logo.png", IsLarge: false)]),
        (
            ["ubuntu"],
            [
                new("/usr/share/help/C/ubuntu-help/figures/ubuntu-logo.png", IsLarge: false),
                new("/usr/share/icons/gnome/24x24/places/ubuntu-logo.png", IsLarge: false),
            ]),
        (["mageia"], [new("/usr/share/icons/mageia.png")]),
        (["mandriva"], [new("/usr/share/icons/mandriva.png")]),
        (["openmandriva"], [new("/usr/share/icons/large/mandriva.png")]),
        (["opensuse", "sles", "suse-based"], Suse),
        (["voidlinux"], [new("/usr/share/void-artwork/void-logo.png")]),
        (["altlinux"], [new("/usr/share/icons/hicolor/48x48/apps/altlinux.png", IsLarge: false)]),
        (["gentoo"], [new("/usr/share/icons/gentoo/48x48/gentoo.png", IsLarge: false)]),
        (["archlinux", "endeavouros"], [new("/usr/share/pixmaps/archlinux-logo.png")]),
        (["manjaro"], [new("/usr/share/icons/manjaro/maia/96x96.png")]),
        (["linuxmint"], [new("/usr/share/icons/hicolor/96x96/apps/linuxmint-logo.png")]),
    ];

    /// <summary>The places of a distribution.</summary>
    /// <param name="favicon">Whether the administrator's comes first.</param>
    /// <param name="largeOnly">Whether small ones are left out.</param>
    public static IEnumerable<string> Of(string distribution, bool favicon, bool largeOnly)
    {
        if (favicon)
        {
            yield return Favicon;
        }

        var places = Array.Find(Known, known => known.Distributions.Contains(distribution)).Places ?? [];
        foreach (var place in places)
        {
            if (place.IsLarge || !largeOnly)
            {
                yield return place.Path;
            }
        }
    }

    /// <summary>Whether the bytes begin as a PNG file does, and are no more than an icon has.</summary>
    public static bool IsIcon(ReadOnlySpan<byte> bytes) => bytes.Length <= LargestIcon && bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
}
