using VirtTools.CommandLine.Guests;

namespace VirtTools.Tests.Commands;

public sealed class GuestPathsTests : IDisposable
{
    private readonly List<string> _mounts = [];
    private readonly FakeGuest _guest;
    private string _type = "windows";
    private Dictionary<string, string> _drives = new() { ["C"] = "/dev/sda2", ["D"] = "/dev/sdb1", ["e"] = "/dev/sda2" };

    public GuestPathsTests()
    {
        _guest = new FakeGuest()
            .On("inspect_get_type", (ref _, result) =>
            {
                result.WriteString(_type);
                return null;
            })
            .On("inspect_get_drive_mappings", (ref _, result) =>
            {
                result.WriteDictionary(_drives);
                return null;
            })
            .On("case_sensitive_path", (ref arguments, result) =>
            {
                result.WriteString(arguments.ReadString().ToUpperInvariant());
                return null;
            })
            .On("umount_all", (ref _, _) =>
            {
                _mounts.Add("umount");
                return null;
            })
            .On("mount_ro", (ref arguments, _) =>
            {
                _mounts.Add($"ro {arguments.ReadString()} {arguments.ReadString()}");
                return null;
            })
            .On("mount", (ref arguments, _) =>
            {
                _mounts.Add($"rw {arguments.ReadString()} {arguments.ReadString()}");
                return null;
            });
    }

    [Theory]
    [InlineData(@"C:\Windows\win.ini", "/WINDOWS/WIN.INI")]
    [InlineData("c:/windows/win.ini", "/WINDOWS/WIN.INI")]
    [InlineData(@"e:\x", "/X")]
    [InlineData("C:", "/")]
    [InlineData(@"\Windows", "/WINDOWS")]
    [InlineData("/windows/system32", "/WINDOWS/SYSTEM32")]
    public async Task Paths_on_the_drive_of_Windows_are_found_in_either_case(string path, string expected)
    {
        Assert.Equal(expected, await Paths().ResolveAsync(path, CancellationToken.None));
        Assert.Empty(_mounts);
    }

    [Fact]
    public async Task Another_drive_is_mounted_and_the_first_one_again_when_it_is_asked_for()
    {
        var paths = Paths(GuestAccess.ReadWrite);

        Assert.Equal("/A", await paths.ResolveAsync(@"d:\a", CancellationToken.None));
        Assert.Equal("/B", await paths.ResolveAsync("D:/b", CancellationToken.None));
        Assert.Equal("/C", await paths.ResolveAsync("/c", CancellationToken.None));

        Assert.Equal(["umount", "rw /dev/sdb1 /", "umount", "rw /dev/sda2 /"], _mounts);
        Assert.Single(_guest.Calls, call => call == "inspect_get_drive_mappings");
    }

    [Fact]
    public async Task A_drive_that_is_only_read_is_mounted_read_only()
    {
        await Paths().ResolveAsync(@"d:\a", CancellationToken.None);

        Assert.Equal(["umount", "ro /dev/sdb1 /"], _mounts);
    }

    [Fact]
    public async Task A_drive_that_is_not_there_is_refused_with_those_that_are()
    {
        var failure = await Assert.ThrowsAsync<GuestPathException>(() => Paths().ResolveAsync(@"X:\a", CancellationToken.None).AsTask());

        Assert.Equal(@"X:\a: the guest has no drive X:, only C:, D:, E:", failure.Message);
        Assert.True(GuestFailure.IsAboutFile(failure));
        Assert.Equal(failure.Message, GuestFailure.Describe(failure, @"X:\a"));
    }

    [Fact]
    public async Task Without_drive_letters_in_the_registry_the_message_says_how_to_do_without()
    {
        _drives = [];

        var failure = await Assert.ThrowsAsync<GuestPathException>(() => Paths().ResolveAsync(@"C:\a", CancellationToken.None).AsTask());

        Assert.Contains("leave the letter out", failure.Message);
    }

    [Theory]
    [InlineData("C:boot.ini")]
    [InlineData("boot.ini")]
    [InlineData("")]
    public async Task A_path_that_hangs_on_a_current_folder_is_refused(string path) =>
        await Assert.ThrowsAsync<GuestPathException>(() => Paths().ResolveAsync(path, CancellationToken.None).AsTask());

    [Theory]
    [InlineData(@"/odd\name")]
    [InlineData("c:/x")]
    public async Task In_any_other_guest_a_path_is_what_it_is(string path)
    {
        _type = "linux";

        Assert.Equal(path, await Paths().ResolveAsync(path, CancellationToken.None));
        Assert.Equal(["inspect_get_type"], _guest.Calls);
    }

    [Fact]
    public async Task With_mounts_of_the_command_line_nobody_asks_what_guest_it_is()
    {
        var paths = new GuestPaths(_guest.Handle, new MountedTree(null, GuestAccess.ReadOnly));

        Assert.Equal(@"C:\x", await paths.ResolveAsync(@"C:\x", CancellationToken.None));
        Assert.Empty(_guest.Calls);
    }

    public void Dispose() => _guest.Dispose();

    private GuestPaths Paths(GuestAccess access = GuestAccess.ReadOnly) => new(_guest.Handle, new MountedTree("/dev/sda2", access));
}
