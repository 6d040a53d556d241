namespace VirtTools.GuestTests.Actions;

/// <summary>The filter by which lvm sees only some devices.</summary>
[Collection(ActionsGuest.Collection)]
public sealed class LvmFilterTests : IDisposable
{
    private readonly Guestfs _handle;

    public LvmFilterTests(ActionsGuest guest)
    {
        _handle = guest.Cleared();
        foreach (var (group, device) in new[] { ("seen", "/dev/sdb"), ("hidden", "/dev/sdc") })
        {
            _handle.Pvcreate(device);
            _handle.Vgcreate(group, [device]);
            _handle.Lvcreate("volume", group, 32);
        }
    }

    public void Dispose()
    {
        _handle.LvmClearFilter();
        _handle.LvmRemoveAll();
    }

    [Fact]
    public void Hidden_group_is_neither_listed_nor_brought_up_until_the_filter_is_cleared()
    {
        _handle.LvmSetFilter(["/dev/sdb"]);
        Assert.Equal(["seen"], _handle.Vgs());

        // A new partition makes the daemon look for volumes again.
        _handle.PartDisk("/dev/sdd", "mbr");
        Assert.Equal(["/dev/seen/volume"], _handle.Lvs());
        Assert.Equal("ENOENT", Assert.Throws<GuestfsException>(() => _handle.BlockdevGetsize64("/dev/hidden/volume")).ErrnoName);

        _handle.LvmClearFilter();
        Assert.Equal(["hidden", "seen"], _handle.Vgs());
        Assert.Equal(32 << 20, _handle.BlockdevGetsize64("/dev/hidden/volume"));
    }
}
