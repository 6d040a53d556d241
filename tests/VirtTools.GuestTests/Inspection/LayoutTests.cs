namespace VirtTools.GuestTests.Inspection;

/// <summary>Guests laid out as many operating systems are: what inspection says of each, with the drives of all in one guest.</summary>
public sealed class LayoutTests(LayoutGuest guest) : IClassFixture<LayoutGuest>
{
    /// <summary>All of them.</summary>
    public static TheoryData<string> All => [.. Layouts.All.Select(layout => layout.ToString())];

    /// <summary>Those whose packages are listed, and the hostile one.</summary>
    public static TheoryData<string> WithApplications =>
        [.. Layouts.All.Where(layout => layout.Applications > 0 || layout.Fixture == "layout-hostile").Select(layout => layout.ToString())];

    [Fact]
    public void Every_root_is_found_once_and_nothing_else() =>
        Assert.Equal(Layouts.All.Select(layout => Layouts.On(layout, layout.Root)).Order(), guest.Roots.Order());

    [Theory]
    [MemberData(nameof(All))]
    public void Facts_of_a_layout(string name)
    {
        var layout = Layouts.Named(name);
        var root = Layouts.On(layout, layout.Root);
        var handle = guest.Handle;

        Assert.Equal(layout.System, $"{handle.InspectGetType(root)} {handle.InspectGetDistro(root)} {handle.InspectGetMajorVersion(root)}.{handle.InspectGetMinorVersion(root)}");
        Assert.Equal(layout.Product, handle.InspectGetProductName(root));
        Assert.Equal(layout.Architecture, handle.InspectGetArch(root));
        Assert.Equal(layout.Hostname, handle.InspectGetHostname(root));
        Assert.Equal(layout.Packages, $"{handle.InspectGetPackageFormat(root)} {handle.InspectGetPackageManagement(root)}");
        Assert.Equal(layout.BuildId, handle.InspectGetBuildId(root));
        Assert.Equal(layout.Osinfo, handle.InspectGetOsinfo(root));
        Assert.Equal(
            layout.Mountpoints.Select(mount => Layouts.On(layout, mount)),
            handle.InspectGetMountpoints(root).OrderBy(mount => mount.Key, StringComparer.Ordinal).Select(mount => $"{mount.Key} {mount.Value}"));
    }

    [Theory]
    [MemberData(nameof(WithApplications))]
    public void Applications_of_a_layout(string name)
    {
        var layout = Layouts.Named(name);
        var root = Layouts.On(layout, layout.Root);
        guest.Mount(root);
        var found = guest.Handle.InspectListApplications2(root);
        guest.Handle.UmountAll();

        Assert.Equal(layout.Applications, found.Length);
        if (found.Length > 0)
        {
            Assert.Equal(found.Select(application => application.App2Name).Order(StringComparer.Ordinal), found.Select(application => application.App2Name));
            var bash = found.Single(application => application.App2Name.EndsWith("bash", StringComparison.Ordinal));
            Assert.Equal(("5.2.15", "3"), (bash.App2Version, bash.App2Release.TrimStart('r')));
            Assert.Equal("https://example.com/bash/", bash.App2Url);
        }
    }
}
