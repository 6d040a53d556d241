using VirtTools.Fixtures;
using VirtTools.Fixtures.Store;

namespace VirtTools.GuestTests.Inspection;

/// <summary>A guest that is laid out as an operating system is, and what inspection must say of it. <c>#</c> stands for its first disk.</summary>
/// <param name="Fixture">Name of the guest image.</param>
/// <param name="Root">Its root.</param>
/// <param name="System">Type, distribution, version.</param>
/// <param name="Product">The product's own name.</param>
/// <param name="Hostname">Host name.</param>
/// <param name="Packages">Format, and program that manages them.</param>
/// <param name="Osinfo">Short name in libosinfo's database.</param>
/// <param name="Mountpoints">Mount point and mountable, in the order of the paths.</param>
internal sealed record Layout(
    string Fixture, string Root, string System, string Product, string Hostname, string Packages, string Osinfo, params IReadOnlyList<string> Mountpoints)
{
    /// <summary>Architecture of the programs.</summary>
    public string Architecture { get; init; } = "x86_64";

    /// <summary>Build id.</summary>
    public string BuildId { get; init; } = "unknown";

    /// <summary>How many packages are listed.</summary>
    public int Applications { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Fixture} {Root}";
}

/// <summary>All layouts, and the drives of the one guest that has all of them.</summary>
internal static class Layouts
{
    public static readonly IReadOnlyList<Layout> All =
    [
        new("layout-alma", "#2", "linux almalinux 9.3", "AlmaLinux 9.3", "alma.example.com", "rpm dnf", "almalinux9.3", "/ #2", "/boot #1") { Applications = 4 },
        new("layout-centos7", "#1", "linux centos 7.9", "CentOS Linux release 7.9.2009 (Core)", "centos7.example.com", "rpm yum", "centos7.0", "/ #1") { Applications = 4 },
        new("layout-ubuntu", "#1", "linux ubuntu 22.4", "Ubuntu 22.04", "jammy", "deb apt", "ubuntu22.04", "/ #1") { Applications = 4 },
        new("layout-arch", "#1", "linux archlinux 0.0", "Arch Linux", "archbox", "pacman pacman", "archlinux", "/ #1") { Applications = 4, BuildId = "rolling" },
        new("layout-alpine", "#1", "linux alpinelinux 3.18", "Alpine Linux 3.18.4", "alpine", "apk apk", "alpinelinux3.18", "/ #1") { Applications = 4 },
        new("layout-void", "#1", "linux voidlinux 0.0", "Void Linux", "voidbox", "xbps xbps", "voidlinux", "/ #1") { Applications = 4 },
        new("layout-gentoo", "#1", "linux gentoo 2.14", "Gentoo 2.14", "larry", "ebuild portage", "gentoo", "/ #1") { Applications = 4 },
        new("layout-flatcar", "#3", "linux flatcar 3510.2", "Flatcar Container Linux by Kinvolk 3510.2.8 (Oklo)", "flatcar", "unknown unknown", "flatcar3510.2",
            "/ #3", "/usr #1") { BuildId = "2023-11-20-1942" },
        new("layout-nixos", "#1", "linux nixos 23.11", "NixOS 23.11", "nixos-box", "unknown unknown", "nixos23.11", "/ #1") { BuildId = "23.11.1234.abcdef" },
        new("layout-freebsd", "#1", "freebsd freebsd 13.2", "FreeBSD 13.2-RELEASE releng/13.2 GENERIC", "beastie.example.com", "pkgsrc pkg", "freebsd13.2",
            "/ #1") { Applications = 4 },
        new("layout-openbsd", "#1", "openbsd openbsd 7.3", "OpenBSD 7.3 (GENERIC.MP) #1125: Sat Mar 25 10:36:29 MDT 2023", "puffy.example.com", "pkgsrc unknown", "openbsd7.3",
            "/ #1"),
        new("layout-freedos", "#1", "dos freedos 0.0", "FreeDOS", "unknown", "unknown unknown", "unknown", "/ #1") { Architecture = "i386" },
        new("layout-multiboot", "#1", "linux debian 12.4", "12.4", "first", "deb apt", "debian12", "/ #1"),
        new("layout-multiboot", "#2", "linux photon 5.0", "VMware Photon OS/Linux 5.0", "second", "rpm tdnf", "photon5.0", "/ #2", "/other #1"),
        new("layout-usr", "#1", "linux fedora 39.0", "Fedora Linux 39", "split", "rpm dnf", "fedora39", "/ #1", "/usr #2"),
        new("layout-hostile", "#1", "linux centos 7.9", "CentOS Linux release 7.9.2009 (Core)", "unknown", "rpm yum", "centos7.0", "/ #1", "/x /dev/sdzz9"),
        new("layout-fedora", "btrfsvol:#2/root", "linux fedora 39.0", "Fedora Linux 39", "fedora.example.com", "rpm dnf", "fedora39",
            "/ btrfsvol:#2/root", "/boot #1", "/home btrfsvol:#2/home") { Applications = 4 },
        new("layout-rhel", "/dev/rhel/root", "linux rhel 8.9", "Red Hat Enterprise Linux 8.9", "rhel.example.com", "rpm dnf", "rhel8.9", "/ /dev/rhel/root") { Applications = 4 },
        new("layout-opensuse", "#1", "linux opensuse 15.5", "openSUSE Leap 15.5", "leap.example.com", "rpm zypper", "opensuse15.5",
            "/ #1", "/home btrfsvol:#1/@/home", "/srv btrfsvol:#1/@/srv") { Applications = 4 },
        new("layout-array", "/dev/md127", "linux debian 12.4", "12.4", "mirror", "deb apt", "debian12", "/ /dev/md127") { Applications = 4 },
    ];

    /// <summary>The layout with a name, as <see cref="Layout.ToString"/> gives it.</summary>
    public static Layout Named(string name) => All.Single(layout => layout.ToString() == name);

    /// <summary>The guests, each once, in the order of their drives.</summary>
    private static readonly IReadOnlyList<Fixture> Guests = [.. All.Select(layout => layout.Fixture).Distinct().Select(GuestImages.Named)];

    /// <summary>The drives of all.</summary>
    public static IReadOnlyList<FixtureDisk> Disks => [.. Guests.SelectMany(guest => guest.Get())];

    /// <summary>Puts the name of a layout's first disk into a text.</summary>
    public static string On(Layout layout, string text)
    {
        var index = Guests.TakeWhile(guest => guest.Name != layout.Fixture).Sum(guest => guest.Sources.Count);
        return text.Replace("#", $"/dev/sd{(char)('a' + index)}", StringComparison.Ordinal);
    }
}
