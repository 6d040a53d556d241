namespace VirtTools.GuestTests.Actions;

/// <summary>A btrfs on several devices.</summary>
[Collection(ActionsGuest.Collection)]
public sealed class BtrfsTests : IDisposable
{
    private readonly Guestfs _handle;

    public BtrfsTests(ActionsGuest guest)
    {
        _handle = guest.Cleared();
        _handle.MkfsBtrfs(["/dev/sdb", "/dev/sdc"], new() { DataType = "raid1", Metadata = "raid1", Label = "pair" });
        _handle.Mount("/dev/sdb", "/");
        _handle.Write("/file", "content"u8.ToArray());
    }

    // Or the kernel keeps what it knows of the devices for the next test.
    public void Dispose() => _handle.UmountAll();

    [Fact]
    public void File_system_is_mounted_by_any_of_its_devices()
    {
        _handle.UmountAll();

        Assert.Equal(["/dev/sdb", "/dev/sdc"], _handle.BtrfsFilesystemShow("/dev/sdc").Order(StringComparer.Ordinal));
        Assert.Equal("pair", _handle.VfsLabel("/dev/sdc"));
        Assert.Equal(_handle.VfsUuid("/dev/sdb"), _handle.VfsUuid("/dev/sdc"));
        _handle.Mount("/dev/sdc", "/");
        Assert.Equal("content", _handle.Cat("/file"));
    }

    [Fact]
    public void Content_moves_to_a_device_that_is_added_when_another_is_taken_away()
    {
        _handle.BtrfsDeviceAdd(["/dev/sdd"], "/");
        _handle.BtrfsDeviceDelete(["/dev/sdb"], "/");
        _handle.UmountAll();

        Assert.Equal(["/dev/sdc", "/dev/sdd"], _handle.BtrfsFilesystemShow("/dev/sdd").Order(StringComparer.Ordinal));
        _handle.Mount("/dev/sdd", "/");
        Assert.Equal("content", _handle.Cat("/file"));
    }

    [Fact]
    public void Content_moves_to_a_device_that_replaces_another()
    {
        _handle.BtrfsReplace("/dev/sdb", "/dev/sdd", "/");
        _handle.UmountAll();

        Assert.Equal(["/dev/sdc", "/dev/sdd"], _handle.BtrfsFilesystemShow("/dev/sdc").Order(StringComparer.Ordinal));
        _handle.Mount("/dev/sdd", "/");
        Assert.Equal("content", _handle.Cat("/file"));
        _handle.UmountAll();
        _handle.BtrfsFsck("/dev/sdd");
    }
}
