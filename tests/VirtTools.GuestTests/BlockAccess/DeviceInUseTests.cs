using System.Security.Cryptography;
using VirtTools.GuestTests.Actions;

namespace VirtTools.GuestTests.BlockAccess;

/// <summary>The rules for when the host may read or write a device beside the guest. Each test fails without its rule.</summary>
[Collection(ActionsGuest.Collection)]
public sealed class DeviceInUseTests(ActionsGuest guest)
{
    private const long MebiByte = 1024 * 1024;
    private const int Sector = 512;

    private readonly Guestfs _handle = guest.Cleared();

    [Fact]
    public void A_file_system_mounted_for_writing_keeps_the_host_away_from_its_partition_and_from_the_drive_but_not_from_the_neighbour()
    {
        MakeTwoPartitions();
        _handle.Mkfs("ext4", "/dev/sda1");
        _handle.Mount("/dev/sda1", "/");

        Assert.Contains("sda1 is mounted", Read("/dev/sda1"), StringComparison.Ordinal);
        Assert.Contains("sda1 is mounted", Read("/dev/sda"), StringComparison.Ordinal);
        Assert.Contains("beside the guest", Read("/dev/sda2"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_system_mounted_read_only_can_be_read_by_the_host_and_not_written()
    {
        MakeTwoPartitions();
        _handle.Mkfs("ext4", "/dev/sda1");
        _handle.MountRo("/dev/sda1", "/");

        Assert.Contains("beside the guest", Read("/dev/sda1"), StringComparison.Ordinal);
        Assert.Contains("beside the guest", Read("/dev/sda"), StringComparison.Ordinal);
        Assert.Contains("sda1 is mounted", Write("/dev/sda1", new byte[MebiByte], 2 * MebiByte), StringComparison.Ordinal);
    }

    [Fact]
    public void An_active_volume_group_keeps_the_host_away()
    {
        _handle.Pvcreate("/dev/sdb");
        _handle.Vgcreate("group", ["/dev/sdb"]);
        _handle.Lvcreate("volume", "group", 16);

        Assert.Contains("is built on sdb", Read("/dev/sdb"), StringComparison.Ordinal);
        Assert.Contains("neither a drive nor a partition", Read("/dev/group/volume"), StringComparison.Ordinal);
        _handle.VgActivateAll(false);
        Assert.Contains("beside the guest", Read("/dev/sdb"), StringComparison.Ordinal);
        _handle.Vgremove("group");
        _handle.Pvremove("/dev/sdb");
    }

    [Fact]
    public void A_running_array_keeps_the_host_away()
    {
        _handle.MdCreate("array", ["/dev/sdb", "/dev/sdc"], new() { Level = "raid1" });
        var array = Assert.Single(_handle.ListMdDevices());

        Assert.Contains("is built on sdb", Read("/dev/sdb"), StringComparison.Ordinal);
        Assert.Contains("is built on sdc", Write("/dev/sdc", new byte[MebiByte], 64 * MebiByte), StringComparison.Ordinal);
        _handle.MdStop(array);
        Assert.Contains("beside the guest", Read("/dev/sdb"), StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_encrypted_device_keeps_the_host_away()
    {
        _handle.LuksFormat("/dev/sdb", "key", 0);
        _handle.CryptsetupOpen("/dev/sdb", "key", "secret");

        Assert.Contains("is built on sdb", Read("/dev/sdb"), StringComparison.Ordinal);
        _handle.CryptsetupClose("/dev/mapper/secret");
        Assert.Contains("beside the guest", Read("/dev/sdb"), StringComparison.Ordinal);
    }

    [Fact]
    public void Swap_space_in_use_keeps_the_host_away()
    {
        _handle.Mkswap("/dev/sdb");
        _handle.SwaponDevice("/dev/sdb");

        Assert.Contains("sdb is swap space in use", Read("/dev/sdb"), StringComparison.Ordinal);
        _handle.SwapoffDevice("/dev/sdb");
        Assert.Contains("beside the guest", Read("/dev/sdb"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_second_device_of_a_mounted_btrfs_keeps_the_host_away_though_no_table_names_it()
    {
        _handle.MkfsBtrfs(["/dev/sdb", "/dev/sdc"]);
        _handle.Mount("/dev/sdb", "/");

        Assert.Contains("sdc is in use", Read("/dev/sdc"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_guest_has_written_but_not_yet_brought_to_the_disk_is_in_the_download()
    {
        // The mount keeps the partition open: with the last descriptor the kernel would write everything out by itself.
        MakeTwoPartitions();
        _handle.Mkfs("ext4", "/dev/sda1");
        _handle.MountRo("/dev/sda1", "/");
        var content = RandomNumberGenerator.GetBytes(Sector);
        _handle.PwriteDevice("/dev/sda1", content, 8 * MebiByte);

        var (download, way) = Download("/dev/sda1", 8 * MebiByte);

        Assert.Contains("beside the guest", way, StringComparison.Ordinal);
        Assert.Equal(content, download[..Sector]);
    }

    [Fact]
    public void What_the_guest_had_read_before_an_upload_is_not_what_it_reads_afterwards()
    {
        // The mounted first partition keeps the drive open, and with it what was read of the second one through the drive.
        var second = MakeTwoPartitions();
        _handle.Mkfs("ext4", "/dev/sda1");
        _handle.Mount("/dev/sda1", "/");
        _handle.PreadDevice("/dev/sda", Sector, second);
        var content = RandomNumberGenerator.GetBytes((int)MebiByte);

        var way = Write("/dev/sda2", content, 0);

        Assert.Contains("beside the guest", way, StringComparison.Ordinal);
        Assert.Equal(content[..Sector], _handle.PreadDevice("/dev/sda", Sector, second));
        Assert.Equal(content[^Sector..], _handle.PreadDevice("/dev/sda2", Sector, MebiByte - Sector));
    }

    [Fact]
    public void A_range_that_goes_beyond_the_partition_fails_and_leaves_the_neighbour_alone()
    {
        var second = MakeTwoPartitions();
        var size = _handle.BlockdevGetsize64("/dev/sda1");
        var neighbour = RandomNumberGenerator.GetBytes(Sector);
        _handle.PwriteDevice("/dev/sda", neighbour, second);

        var tooFar = Assert.Throws<GuestfsException>(() => _handle.DownloadOffset("/dev/sda1", Stream.Null, size - MebiByte, MebiByte + 1));
        Assert.Equal("EINVAL", tooFar.ErrnoName);
        var tooLong = Assert.Throws<GuestfsException>(() => Write("/dev/sda1", new byte[2 * MebiByte], size - MebiByte));
        Assert.Equal("ENOSPC", tooLong.ErrnoName);
        var overflowing = Assert.Throws<GuestfsException>(() => _handle.DownloadOffset("/dev/sda1", Stream.Null, long.MaxValue, long.MaxValue));
        Assert.Equal("EINVAL", overflowing.ErrnoName);
        Assert.Equal(neighbour, _handle.PreadDevice("/dev/sda", Sector, second));
    }

    /// <summary>Partitions /dev/sda; returns where the second one begins.</summary>
    private long MakeTwoPartitions()
    {
        _handle.PartInit("/dev/sda", "gpt");
        _handle.PartAdd("/dev/sda", "p", 2048, 206847);
        _handle.PartAdd("/dev/sda", "p", 206848, 411647);
        return 206848L * Sector;
    }

    private string Read(string device) => Download(device, 0).Way;

    private (byte[] Content, string Way) Download(string device, long offset)
    {
        using var log = new TransferLog(_handle);
        var content = new MemoryStream();
        _handle.DownloadOffset(device, content, offset, MebiByte);
        Assert.Equal(MebiByte, content.Length);
        return (content.ToArray(), log.Take());
    }

    private string Write(string device, byte[] content, long offset)
    {
        using var log = new TransferLog(_handle);
        _handle.UploadOffset(new MemoryStream(content), device, offset);
        return log.Take();
    }
}
