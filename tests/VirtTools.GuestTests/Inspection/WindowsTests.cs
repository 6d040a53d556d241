using VirtTools.Fixtures;

namespace VirtTools.GuestTests.Inspection;

/// <summary>Guests laid out like a Windows, with hives that hivex made on real file systems.</summary>
public sealed class WindowsTests
{
    private const string Xp = "/WINDOWS/system32/config/software";
    private const string Newer = "/Windows/System32/config/SOFTWARE";

    private static readonly Dictionary<string, Expected> All = new()
    {
        ["windows-xp-fat"] = new("/dev/sda1", "Microsoft Windows XP", "unknown", "5.1", "2600", "i386", "old-pc", Xp, "winxp", "C /dev/sda1"),
        ["windows-xp"] = new("/dev/sda1", "Microsoft Windows XP", "unknown", "5.1", "2600", "i386", "old-pc", Xp, "winxp", "C /dev/sda1, E /dev/sda2"),
        ["windows-2003"] = new(
            "/dev/sda1", "Microsoft Windows Server 2003 R2", "unknown", "5.2", "3790", "i386", "file-server", "/WINSRV/system32/config/software",
            "win2k3r2", "C /dev/sda1"),
        ["windows-7"] = new("/dev/sda2", "Windows 7 Professional", "Client", "6.1", "7601", "x86_64", "win7-pc", Newer, "win7", "C /dev/sda2"),
        ["windows-10"] = new("/dev/sda3", "Windows 10 Pro", "Client", "10.0", "19045", "x86_64", "DESKTOP-AB12CD3", Newer, "win10", "C /dev/sda3"),
        ["windows-11"] = new("/dev/sda3", "Windows 10 Home", "Client", "10.0", "22631", "x86_64", "LAPTOP-11", Newer, "win11", "C /dev/sda3"),
        ["windows-2025"] = new(
            "/dev/sda3", "Windows Server 2025 Standard", "Server", "10.0", "26100", "x86_64", "SRV2025", Newer, "win2k25", "C /dev/sda3"),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void All_that_the_registry_says_is_told(string name)
    {
        var expected = All[name];
        var root = expected.Root;
        using var guest = Guests.Launch(GuestImages.Named(name));

        Assert.Equal([root], guest.InspectOs());
        Assert.Equal(("windows", "windows"), (guest.InspectGetType(root), guest.InspectGetDistro(root)));
        Assert.Equal((expected.Product, expected.Variant), (guest.InspectGetProductName(root), guest.InspectGetProductVariant(root)));
        Assert.Equal(
            (expected.Version, expected.Build),
            ($"{guest.InspectGetMajorVersion(root)}.{guest.InspectGetMinorVersion(root)}", guest.InspectGetBuildId(root)));
        Assert.Equal((expected.Processor, expected.Hostname), (guest.InspectGetArch(root), guest.InspectGetHostname(root)));
        Assert.Equal(expected.Osinfo, guest.InspectGetOsinfo(root));
        Assert.Equal((expected.Folder, expected.Hive), (guest.InspectGetWindowsSystemroot(root), guest.InspectGetWindowsSoftwareHive(root)));
        Assert.Equal(expected.SystemHive, guest.InspectGetWindowsSystemHive(root));
        Assert.Equal("ControlSet001", guest.InspectGetWindowsCurrentControlSet(root));
        Assert.Equal(name == "windows-2025", guest.InspectGetWindowsGroupPolicy(root));
        Assert.Equal(expected.Letters, string.Join(", ", guest.InspectGetDriveMappings(root).Select(drive => $"{drive.Key} {drive.Value}")));
        Assert.Equal([new("/", root)], guest.InspectGetMountpoints(root));
        Assert.Equal([root], guest.InspectGetFilesystems(root));
        Assert.Equal(("unknown", "unknown"), (guest.InspectGetPackageFormat(root), guest.InspectGetPackageManagement(root)));

        // The paths are those of the file system, so that they can be opened as they are.
        guest.MountRo(root, "/");
        Assert.True(guest.IsFile(expected.Hive));
    }

    [Fact]
    public void Broken_hives_cost_only_what_they_would_have_said()
    {
        using var guest = Guests.Launch(GuestImages.Named("windows-broken"));

        var root = Assert.Single(guest.InspectOs());

        Assert.Equal(("windows", "x86_64", "/Windows"), (guest.InspectGetType(root), guest.InspectGetArch(root), guest.InspectGetWindowsSystemroot(root)));
        Assert.Equal(("unknown", 0, "unknown"), (guest.InspectGetProductName(root), guest.InspectGetMajorVersion(root), guest.InspectGetHostname(root)));
        Assert.Empty(guest.InspectGetDriveMappings(root));
        Assert.Equal("EINVAL", Assert.Throws<GuestfsException>(() => guest.InspectGetWindowsCurrentControlSet(root)).ErrnoName);
        Assert.Equal(0, Assert.Single(guest.InspectGetRoots()).IndexOf("/dev/sda", StringComparison.Ordinal));
    }

    [Fact]
    public void Questions_about_Windows_have_no_answer_for_others()
    {
        using var guest = Guests.Launch(GuestImages.Named("ext4"));

        var root = Assert.Single(guest.InspectOs());

        Assert.Equal("EINVAL", Assert.Throws<GuestfsException>(() => guest.InspectGetWindowsSystemroot(root)).ErrnoName);
        Assert.Equal("EINVAL", Assert.Throws<GuestfsException>(() => guest.InspectGetWindowsGroupPolicy(root)).ErrnoName);
        Assert.Empty(guest.InspectGetDriveMappings(root));
    }

    [Fact]
    public void Programs_of_the_machine_and_of_its_users_are_listed()
    {
        using var guest = Guests.Launch(GuestImages.Named("windows-xp"));
        var root = Assert.Single(guest.InspectOs());
        guest.MountRo(root, "/");

        var found = guest.InspectListApplications2(root);

        Assert.Equal(["Paint", "Winamp"], found.Select(application => application.App2Name));
        Assert.Equal(("Paint for Ada", "1.2"), (found[0].App2DisplayName, found[0].App2Version));
        Assert.Equal(("Winamp (remove only)", ""), (found[1].App2DisplayName, found[1].App2Version));
        Assert.Empty(guest.InspectGetIcon(root));
    }

    private sealed record Expected(
        string Root, string Product, string Variant, string Version, string Build, string Processor, string Hostname, string Hive, string Osinfo, string Letters)
    {
        public string Folder => Hive[..Hive.IndexOf('/', 1)];

        public string SystemHive => Hive.Replace("software", "system", StringComparison.Ordinal).Replace("SOFTWARE", "SYSTEM", StringComparison.Ordinal);
    }
}
