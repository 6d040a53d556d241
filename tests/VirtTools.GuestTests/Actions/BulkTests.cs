using System.Security.Cryptography;
using VirtTools.Fixtures.Building;

namespace VirtTools.GuestTests.Actions;

/// <summary>Content of any size through the mailbox, on the file systems that treat reading and writing past the page cache differently.</summary>
[Collection(ActionsGuest.Collection)]
public sealed class BulkTests(ActionsGuest guest) : IDisposable
{
    private const int MebiByte = 1 << 20;

    private readonly string _in = guest.HostFile("bulk-in");
    private readonly string _out = guest.HostFile("bulk-out");

    public void Dispose()
    {
        File.Delete(_in);
        File.Delete(_out);
    }

    [Theory]
    [InlineData("ext4", "")]
    [InlineData("xfs", "")]
    [InlineData("btrfs", "")]
    [InlineData("btrfs", "compress-force=zstd")]
    [InlineData("vfat", "")]
    [InlineData("ntfs", "")]
    public void Content_of_every_size_comes_back_as_it_went(string type, string options)
    {
        var handle = Mounted(type, options);
        foreach (var size in (int[])[0, 1, 511, 512, 4095, 4096, 65535, 65536, (4 * MebiByte) - 1, 4 * MebiByte, (4 * MebiByte) + 1, 70 * MebiByte])
        {
            var content = RandomNumberGenerator.GetBytes(size);
            File.WriteAllBytes(_in, content);
            handle.Upload(_in, "/file");
            handle.Sync();
            handle.DropCaches(3);

            handle.Download("/file", _out);

            Assert.Equal(size, handle.Filesize("/file"));
            Assert.True(File.ReadAllBytes(_out).AsSpan().SequenceEqual(content), $"{size} bytes on {type}");
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), handle.Checksum("sha256", "/file"));
            handle.Rm("/file");
        }
    }

    [Fact]
    public void Offsets_need_not_be_aligned()
    {
        var handle = guest.Mounted();
        var content = RandomNumberGenerator.GetBytes(9_000_001);
        File.WriteAllBytes(_in, content);
        handle.Upload(_in, "/file");

        foreach (var (offset, size) in (ReadOnlySpan<(int, int)>)[(0, 9_000_001), (1, 9_000_000), (511, 100_000), (4097, 5_000_001), (512, 65_536)])
        {
            handle.DownloadOffset("/file", _out, offset, size);
            Assert.True(File.ReadAllBytes(_out).AsSpan().SequenceEqual(content.AsSpan(offset, size)), $"{size} bytes from {offset}");
        }

        var other = RandomNumberGenerator.GetBytes(5_000_001);
        File.WriteAllBytes(_in, other);
        handle.UploadOffset(_in, "/file", 1_000_003);
        other.CopyTo(content, 1_000_003);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), handle.Checksum("sha256", "/file"));
    }

    [Fact]
    public void Sparse_file_comes_out_whole()
    {
        var handle = guest.Mounted();
        handle.Touch("/sparse");
        handle.TruncateSize("/sparse", 40 * MebiByte);
        handle.Pwrite("/sparse", "in the middle"u8.ToArray(), 20_000_001);

        handle.Download("/sparse", _out);

        var expected = new byte[40 * MebiByte];
        "in the middle"u8.CopyTo(expected.AsSpan(20_000_001));
        Assert.True(File.ReadAllBytes(_out).AsSpan().SequenceEqual(expected));
    }

    [Fact]
    public void Cancelled_transfers_leave_a_guest_that_serves_the_next_one()
    {
        var handle = guest.Mounted();
        var content = RandomNumberGenerator.GetBytes(70 * MebiByte);
        File.WriteAllBytes(_in, content);
        handle.Upload(_in, "/file");

        var download = Assert.Throws<GuestfsException>(() => handle.Download("/file", new CallingStream(handle.UserCancel)));
        var upload = Assert.Throws<GuestfsException>(() => handle.Upload(new CallingStream(handle.UserCancel), "/other"));
        handle.Download("/file", _out);

        Assert.Equal(("EINTR", "EINTR"), (download.ErrnoName, upload.ErrnoName));
        Assert.True(File.ReadAllBytes(_out).AsSpan().SequenceEqual(content));
    }

    [Fact]
    public void File_system_that_fills_up_in_the_middle_of_an_upload_is_an_error()
    {
        var handle = guest.Cleared();
        handle.Mkfs("ext4", "/dev/sdb");
        handle.Mount("/dev/sdb", "/");

        var error = Assert.Throws<GuestfsException>(() => handle.Upload(new CallingStream(() => { }), "/file"));

        Assert.Equal("ENOSPC", error.ErrnoName);
        handle.Rm("/file");
        handle.Write("/small", "x"u8.ToArray());
    }

    [Fact]
    public void Target_on_the_host_that_is_full_is_an_error()
    {
        var handle = guest.Mounted();
        File.WriteAllBytes(_in, RandomNumberGenerator.GetBytes(20 * MebiByte));
        handle.Upload(_in, "/file");

        var error = Assert.Throws<GuestfsException>(() => handle.Download("/file", "/dev/full"));

        Assert.Contains("/dev/full", error.Message);
        handle.PingDaemon();
    }

    [Fact]
    public void Device_comes_back_as_it_went()
    {
        var handle = guest.Cleared();
        var content = RandomNumberGenerator.GetBytes(20 * MebiByte);
        File.WriteAllBytes(_in, content);

        handle.Upload(_in, "/dev/sdb");
        handle.DownloadOffset("/dev/sdb", _out, 0, content.Length);

        Assert.True(File.ReadAllBytes(_out).AsSpan().SequenceEqual(content));
        handle.ZeroDevice("/dev/sdb");
    }

    [Fact]
    public void Mailbox_is_no_device_of_the_guest()
    {
        var handle = guest.Mounted();
        var content = RandomNumberGenerator.GetBytes(40 * MebiByte);
        File.WriteAllBytes(_in, content);
        handle.Upload(_in, "/file");

        Assert.Equal(["/dev/sda", "/dev/sdb", "/dev/sdc", "/dev/sdd"], handle.ListDevices());
        Assert.Equal(["/dev/sda"], handle.ListFilesystems().Where(pair => pair.Value != "unknown").Select(pair => pair.Key));
        Assert.Empty(handle.ListPartitions());
        Assert.Empty(handle.ListDiskLabels());
        Assert.Equal("ENOENT", Assert.Throws<GuestfsException>(() => handle.BlockdevGetsize64("/dev/vda")).ErrnoName);
        Assert.Equal("ENOENT", Assert.Throws<GuestfsException>(() => handle.BlockdevGetsize64("/dev/vdb")).ErrnoName);
    }

    [Fact]
    public void Disk_image_that_went_through_the_mailbox_is_not_found_there()
    {
        // A whole physical volume passes through the slots; its marks must not be taken for a second one.
        var handle = guest.Cleared();
        handle.Pvcreate("/dev/sdb");
        handle.Vgcreate("group", ["/dev/sdb"]);
        handle.DownloadOffset("/dev/sdb", _out, 0, 40 * MebiByte);
        handle.Vgscan();

        var volumes = handle.Pvs();

        Assert.Equal(["/dev/sdb"], volumes);
        handle.Vgremove("group");
        handle.Pvremove("/dev/sdb");
    }

    [Fact]
    public void Tree_that_came_out_is_the_tree_that_gnu_tar_sees()
    {
        var handle = guest.Mounted();
        handle.MkdirP("/from/folder");
        var large = RandomNumberGenerator.GetBytes((9 * MebiByte) + 17);
        File.WriteAllBytes(_in, large);
        handle.Upload(_in, "/from/folder/large");
        handle.Write("/from/small", "small"u8.ToArray());
        handle.Chown(1234, 5678, "/from/small");
        handle.Chmod(0x9C0 /* 04700 */, "/from/small");
        handle.Ln("/from/folder/large", "/from/again");
        handle.LnS("folder/large", "/from/link");
        handle.MknodB(0x180, 8, 1, "/from/block");
        handle.Mkfifo(0x1A4, "/from/fifo");
        handle.Utimens("/from/small", 1000, 0, 2000, 0);

        handle.TarOut("/from", _out);
        handle.Mkdir("/to");
        handle.TarIn(_out, "/to");

        var listing = new HostProgram("tar", "tar").Run("-tvf", _out, "--numeric-owner", "--full-time").Text;
        Assert.Contains("1234/5678", listing);
        Assert.Contains("-rws------", listing);
        Assert.Contains("./again link to", listing.Replace("./folder/large link to ./again", "./again link to", StringComparison.Ordinal));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(large)), handle.Checksum("sha256", "/to/again"));
        Assert.Equal(handle.Lstatns("/from/small") with { StIno = 0, StAtimeSec = 0, StAtimeNsec = 0, StCtimeSec = 0, StCtimeNsec = 0 },
            handle.Lstatns("/to/small") with { StIno = 0, StAtimeSec = 0, StAtimeNsec = 0, StCtimeSec = 0, StCtimeNsec = 0 });
        Assert.Equal(handle.Lstatns("/to/again").StIno, handle.Lstatns("/to/folder/large").StIno);
        Assert.Equal("folder/large", handle.Readlink("/to/link"));
        Assert.Equal(handle.Lstatns("/from/block").StRdev, handle.Lstatns("/to/block").StRdev);
        Assert.True(handle.IsFifo("/to/fifo"));
    }

    private Guestfs Mounted(string type, string options)
    {
        var handle = guest.Cleared();
        handle.Mkfs(type, "/dev/sda");
        if (options.Length > 0)
            handle.MountOptions(options, "/dev/sda", "/");
        else
            handle.Mount("/dev/sda", "/");
        return handle;
    }

    // Endless zeros, or a place for anything; says when it is used.
    private sealed class CallingStream(Action used) : MemoryStream
    {
        public override bool CanSeek => false;

        public override int Read(Span<byte> buffer)
        {
            used();
            return buffer.Length;
        }

        public override void Write(ReadOnlySpan<byte> buffer) => used();
    }
}
