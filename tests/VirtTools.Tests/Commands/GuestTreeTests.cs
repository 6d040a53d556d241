using VirtTools.CommandLine.Guests;
using VirtTools.CommandLine.Options;
using VirtTools.CommandLine.Running;
using VirtTools.Wire;

namespace VirtTools.Tests.Commands;

public sealed class GuestTreeTests
{
    private readonly CapturedStreams _streams = new("virt-cat");
    private readonly List<string> _mounts = [];

    [Fact]
    public async Task The_guests_own_file_systems_are_mounted_read_only_the_shortest_path_first()
    {
        using var guest = Guest(new() { ["/var/log"] = "/dev/sda3", ["/"] = "/dev/sda2", ["/var"] = "/dev/sda5" });

        await GuestTree.MountAsync(guest.Handle, [], _streams.Streams, CancellationToken.None);

        Assert.Equal(["/dev/sda2 /", "/dev/sda5 /var", "/dev/sda3 /var/log"], _mounts);
    }

    [Fact]
    public async Task A_file_system_that_does_not_mount_is_a_warning_unless_it_is_the_root()
    {
        using var guest = Guest(new() { ["/"] = "/dev/sda2", ["/data"] = "/dev/bad" });

        await GuestTree.MountAsync(guest.Handle, [], _streams.Streams, CancellationToken.None);

        Assert.Equal(["/dev/sda2 /"], _mounts);
        Assert.StartsWith("virt-cat: warning: /data is missing: ", _streams.Error);
        Assert.Equal(0, _streams.Streams.ComplaintCount);
    }

    [Fact]
    public async Task A_root_that_does_not_mount_is_a_failure()
    {
        using var guest = Guest(new() { ["/"] = "/dev/bad" });

        await Assert.ThrowsAsync<GuestfsException>(() => GuestTree.MountAsync(guest.Handle, [], _streams.Streams, CancellationToken.None));
    }

    [Fact]
    public async Task Without_an_operating_system_the_reader_is_told_what_is_there()
    {
        using var guest = new FakeGuest().List("inspect_os").On("list_filesystems", Filesystems);

        var failure = await Assert.ThrowsAsync<CommandFailedException>(
            () => GuestTree.MountAsync(guest.Handle, [], _streams.Streams, CancellationToken.None));

        Assert.Equal("no operating system found; there are file systems on /dev/sda1 (ext4): name one with -m DEVICE", failure.Message);
    }

    [Fact]
    public async Task Two_operating_systems_are_named()
    {
        using var guest = new FakeGuest().List("inspect_os", "/dev/sda1", "/dev/sdb1");

        var failure = await Assert.ThrowsAsync<CommandFailedException>(
            () => GuestTree.MountAsync(guest.Handle, [], _streams.Streams, CancellationToken.None));

        Assert.Contains("/dev/sda1, /dev/sdb1", failure.Message);
    }

    [Fact]
    public async Task Chosen_mounts_go_in_their_order_with_ro_unless_options_are_given()
    {
        using var guest = new FakeGuest().On("mount_options", Record).On("mount_vfs", Record);

        await GuestTree.MountAsync(
            guest.Handle,
            [MountChoice.Parse("/dev/sda2:/usr"), MountChoice.Parse("/dev/sda1:/x:noatime"), MountChoice.Parse("/dev/sda3:/y::ext2")],
            _streams.Streams,
            CancellationToken.None);

        Assert.Equal(["ro /dev/sda2 /usr", "noatime /dev/sda1 /x", "ro ext2 /dev/sda3 /y"], _mounts);
        Assert.DoesNotContain("inspect_os", guest.Calls);
    }

    [Fact]
    public async Task A_chosen_mount_that_fails_says_what_could_be_mounted()
    {
        using var guest = new FakeGuest()
            .On("mount_options", (ref _, _) => throw new GuestfsException("mount_options", "ENOENT", "/dev/sda9: No such file or directory"))
            .On("list_filesystems", Filesystems);

        var failure = await Assert.ThrowsAsync<CommandFailedException>(
            () => GuestTree.MountAsync(guest.Handle, [new("/dev/sda9")], _streams.Streams, CancellationToken.None));

        Assert.Contains("/dev/sda9 cannot be mounted on /", failure.Message);
        Assert.Contains("/dev/sda1 (ext4)", failure.Message);
    }

    private static byte[]? Filesystems(ref XdrReader arguments, XdrWriter result)
    {
        result.WriteDictionary(new Dictionary<string, string> { ["/dev/sda1"] = "ext4", ["/dev/sda2"] = "swap", ["/dev/sda3"] = "unknown" });
        return null;
    }

    private byte[]? Record(ref XdrReader arguments, XdrWriter result)
    {
        var words = new List<string>();
        while (arguments.Remaining > 0)
        {
            words.Add(arguments.ReadString());
        }

        _mounts.Add(string.Join(' ', words));
        return null;
    }

    private FakeGuest Guest(Dictionary<string, string> mountPoints) => new FakeGuest()
        .List("inspect_os", "/dev/sda2")
        .On("inspect_get_mountpoints", (ref _, result) =>
        {
            result.WriteDictionary(mountPoints);
            return null;
        })
        .On("mount_ro", (ref arguments, result) =>
        {
            var mountable = arguments.ReadString();
            if (mountable == "/dev/bad")
            {
                throw new GuestfsException("mount_ro", "EINVAL", "/dev/bad: wrong fs type");
            }

            _mounts.Add($"{mountable} {arguments.ReadString()}");
            return null;
        });
}
