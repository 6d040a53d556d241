using VirtTools.Daemon.Boot;
using VirtTools.Daemon.Devices;
using VirtTools.Daemon.Files;
using VirtTools.Daemon.Mounts;
using VirtTools.Daemon.Native;
using VirtTools.Daemon.Paths;
using VirtTools.Posix;

namespace VirtTools.Tests.Daemon;

public sealed class DaemonParsingTests
{
    [Fact]
    public void Kernel_command_line_tells_root_and_verbosity()
    {
        var line = KernelCommandLine.Parse("panic=1 quiet root=UUID=b2f0f671-6e0a-8299-abf6-3a57799ef73c guestfs_verbose=1 TERM=xterm\n");

        Assert.Equal("b2f0f671-6e0a-8299-abf6-3a57799ef73c", line.RootUuid);
        Assert.True(line.Verbose);
        Assert.False(line.Network);
        Assert.Null(line.Channel);
    }

    [Fact]
    public void Root_is_recognised_by_magic_and_uuid()
    {
        var uuid = RootDevice.ParseUuid("b2f0f671-6e0a-8299-abf6-3a57799ef73c")!;
        var superblock = new byte[120];
        uuid.CopyTo(superblock, 0x68);

        Assert.False(RootDevice.Matches(superblock, uuid));
        superblock[0x38] = 0x53;
        superblock[0x39] = 0xEF;
        Assert.True(RootDevice.Matches(superblock, uuid));
        superblock[0x68] ^= 1;
        Assert.False(RootDevice.Matches(superblock, uuid));
    }

    [Theory]
    [InlineData("", (ulong)MountFlags.None, null)]
    [InlineData("ro", (ulong)MountFlags.ReadOnly, null)]
    [InlineData("ro,rw", (ulong)MountFlags.None, null)]
    [InlineData("noatime,subvol=@,nosuid", (ulong)(MountFlags.NoAccessTime | MountFlags.NoSetUid), "subvol=@")]
    [InlineData("context=\"a:b,c\",ro,data=journal", (ulong)MountFlags.ReadOnly, "context=\"a:b,c\",data=journal")]
    [InlineData("defaults,,", (ulong)MountFlags.None, null)]
    public void Mount_options_are_split_into_flags_and_the_rest(string options, ulong flags, string? rest)
    {
        Assert.Equal(new MountOptions((MountFlags)flags, rest), MountOptions.Parse(options));
    }

    [Fact]
    public void Mount_table_lists_what_lies_below_the_guest()
    {
        const string Table =
            """
            21 1 8:32 / / ro,relatime - ext4 /dev/sdc ro
            25 21 0:24 / /sysroot rw - tmpfs tmpfs rw
            30 25 8:1 / /sysroot rw,relatime shared:1 - ext4 /dev/sda1 rw
            31 30 0:40 /@home /sysroot/with\040blank\134 rw - btrfs /dev/sda2 rw
            32 21 0:41 / /sysrootlike rw - tmpfs tmpfs rw
            broken line
            """;

        var mounts = MountTable.Parse(Table, "/sysroot", new DeviceNumber(0, 24));

        Assert.Equal(
            [
                new("/dev/sda1", "/", "ext4", new(8, 1), "/"),
                new GuestMount("/dev/sda2", "/with blank\\", "btrfs", new(0, 40), "/@home"),
            ],
            mounts);
    }

    [Theory]
    [InlineData("*", "name", true)]
    [InlineData("*", ".hidden", false)]
    [InlineData(".*", ".hidden", true)]
    [InlineData("n?me", "name", true)]
    [InlineData("n*e*", "name", true)]
    [InlineData("*x*", "name", false)]
    [InlineData("[a-n]ame", "name", true)]
    [InlineData("[!a-n]ame", "name", false)]
    [InlineData("[]n]ame", "name", true)]
    [InlineData("[name", "[name", true)]
    [InlineData("\\*", "*", true)]
    [InlineData("\\*", "name", false)]
    public void Shell_patterns_match_names(string pattern, string name, bool matches)
    {
        Assert.Equal(matches, WildcardPattern.Matches(pattern, name));
    }

    [Fact]
    public void Pattern_of_many_stars_is_matched_in_time()
    {
        var pattern = string.Concat(Enumerable.Repeat("*a", 1000)) + "b";

        Assert.False(WildcardPattern.Matches(pattern, new string('a', 4000)));
    }

    [Fact]
    public void Braces_expand_from_left_to_right()
    {
        Assert.Equal(["/abe", "/acde", "/acee"], Globbing.Braces("/a{b,c{d,e}}e"));
        Assert.Equal(["/{}", "/{a"], [.. Globbing.Braces("/{}"), .. Globbing.Braces("/{a")]);
    }

    [Fact]
    public void Members_of_volumes_are_recognised_by_their_marks()
    {
        const long Size = 1 << 20;
        var head = new byte[8192];
        var tail = new byte[128 * 1024];
        Assert.Equal(VolumeMarks.None, VolumeMark.Recognise(head, tail, Size - tail.Length, Size));

        "LABELONE"u8.CopyTo(head.AsSpan(512));
        "PRIVHEAD"u8.CopyTo(tail.AsSpan(^512));
        byte[] magic = [0xFC, 0x4E, 0x2B, 0xA9];
        magic.CopyTo(tail, tail.Length - 65536);

        Assert.Equal(
            VolumeMarks.PhysicalVolume | VolumeMarks.DynamicDisk | VolumeMarks.Array, VolumeMark.Recognise(head, tail, Size - tail.Length, Size));
    }

    [Fact]
    public void Members_of_volumes_are_looked_for_within_the_bytes_only()
    {
        var random = new Random(3);
        for (var i = 0; i < 10_000; i++)
        {
            var head = new byte[random.Next(9000)];
            var tail = new byte[random.Next(3000)];
            VolumeMark.Recognise(head, tail, random.NextInt64(1 << 20), random.NextInt64(1 << 20));
        }
    }

    [Fact]
    public void Cpio_archive_with_lengths_of_its_own_making_is_read_within_its_bytes()
    {
        var random = new Random(4);
        for (var i = 0; i < 10_000; i++)
        {
            var archive = new byte[random.Next(400)];
            random.NextBytes(archive);
            "070701"u8[..Math.Min(6, archive.Length)].CopyTo(archive);
            for (var at = 6; at < Math.Min(110, archive.Length); at++)
            {
                archive[at] = (byte)"0123456789abcdef"[random.Next(16) * random.Next(2)];
            }

            Assert.True(CpioArchive.Files(archive).Count() < 10);
        }
    }
}
