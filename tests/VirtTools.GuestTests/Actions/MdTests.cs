using VirtTools.Fixtures;

namespace VirtTools.GuestTests.Actions;

/// <summary>Linux software RAID.</summary>
[Collection(ActionsGuest.Collection)]
public sealed class MdTests(ActionsGuest guest)
{
    private const string FirstArray = "/dev/md127";

    private readonly Guestfs _handle = guest.Cleared();

    [Fact]
    public void Mirror_holds_files_on_all_its_devices()
    {
        _handle.MdCreate("mirror", ["/dev/sdb", "/dev/sdc"]);

        Assert.Equal([FirstArray], _handle.ListMdDevices());
        var detail = _handle.MdDetail(FirstArray);
        Assert.Equal(("raid1", "2"), (detail["level"], detail["devices"]));
        Assert.Equal([("/dev/sdb", 0), ("/dev/sdc", 1)], Parts());
        _handle.Mkfs("ext4", FirstArray);
        _handle.Mount(FirstArray, "/");
        _handle.Write("/file", "content"u8.ToArray());
        _handle.UmountAll();
        _handle.MdStop(FirstArray);
        Assert.Empty(_handle.ListMdDevices());
        Assert.All(["/dev/sdb", "/dev/sdc"], part => Assert.Equal("linux_raid_member", _handle.VfsType(part)));
    }

    [Fact]
    public void Array_after_a_stopped_one_gets_its_number()
    {
        _handle.MdCreate("first", ["/dev/sdb", "/dev/sdc"]);
        _handle.MdStop(FirstArray);

        _handle.MdCreate("second", ["/dev/sdb", "/dev/sdc"]);

        Assert.Equal([FirstArray], _handle.ListMdDevices());
        _handle.MdStop(FirstArray);
    }

    [Fact]
    public void Array_has_the_level_chunk_and_missing_device_asked_for()
    {
        // The second of three is missing.
        _handle.MdCreate("striped", ["/dev/sdb", "/dev/sdc"], new() { Level = "raid5", Chunk = 64 << 10, MissingBitmap = 0b10 });

        var detail = _handle.MdDetail(FirstArray);
        Assert.Equal(("raid5", "3"), (detail["level"], detail["devices"]));
        Assert.Equal([("/dev/sdb", 0), ("/dev/sdc", 2)], Parts());
        _handle.MdStop(FirstArray);
    }

    [Fact]
    public void Spare_device_is_marked()
    {
        _handle.MdCreate("spared", ["/dev/sdb", "/dev/sdc", "/dev/sdd"], new() { Spare = 1, NrDevices = 2 });

        Assert.Equal("S", _handle.MdStat(FirstArray).Single(part => part.MdStatDevice == "/dev/sdd").MdStatFlags);
        _handle.MdStop(FirstArray);
    }

    [Fact]
    public void Array_made_elsewhere_is_assembled_and_readable()
    {
        using var other = Guests.Launch(GuestImages.Named("raid1"));

        var array = Assert.Single(other.ListMdDevices());

        Assert.Equal("raid1", other.MdDetail(array)["level"]);
        other.MountRo(array, "/");
        Assert.Contains("fstab", other.Ls("/etc"));
    }

    private IEnumerable<(string, int)> Parts() =>
        _handle.MdStat(FirstArray).Select(part => (part.MdStatDevice, part.MdStatIndex)).Order();
}
