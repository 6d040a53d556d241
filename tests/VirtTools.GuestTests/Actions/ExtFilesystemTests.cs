namespace VirtTools.GuestTests.Actions;

/// <summary>Making and changing ext file systems.</summary>
[Collection(ActionsGuest.Collection)]
public sealed class ExtFilesystemTests(ActionsGuest guest)
{
    private const string Device = "/dev/sdb";
    private const string JournalDevice = "/dev/sdc";
    private const string Uuid = "11111111-2222-4333-8444-555555555555";

    private readonly Guestfs _handle = guest.Cleared();

    [Fact]
    public void Options_of_mke2fs_are_in_the_superblock()
    {
        _handle.Mke2fs(Device, new()
        {
            FsType = "ext4", BlocksCount = 20_000, BlockSize = 4096, InodeSize = 512, NumberOfInodes = 4096, ReservedBlocksPercentage = 10, Label = "made",
            LastMountedDir = "/somewhere", Uuid = Uuid, HasJournal = false, Extent = true, StrideSize = 4, StripeWidth = 8, ForceCreate = true,
        });

        var superblock = _handle.Tune2fsL(Device);
        Assert.Equal("20000", superblock["Block count"]);
        Assert.Equal("4096", superblock["Block size"]);
        Assert.Equal("512", superblock["Inode size"]);
        Assert.Equal("4096", superblock["Inode count"]);
        Assert.Equal("2000", superblock["Reserved block count"]);
        Assert.Equal("made", superblock["Filesystem volume name"]);
        Assert.Equal("/somewhere", superblock["Last mounted on"]);
        Assert.Equal(Uuid, superblock["Filesystem UUID"]);
        Assert.Equal("4", superblock["RAID stride"]);
        Assert.Equal("8", superblock["RAID stripe width"]);
        var features = superblock["Filesystem features"].Split(' ');
        Assert.Contains("extent", features);
        Assert.DoesNotContain("has_journal", features);
    }

    [Fact]
    public void Journal_size_is_the_one_asked_for()
    {
        _handle.Mke2fs(Device, new() { FsType = "ext3", JournalSize = 8 });

        Assert.Contains("has_journal", _handle.Tune2fsL(Device)["Filesystem features"]);
        Assert.Equal("ext3", _handle.VfsType(Device));
    }

    public static TheoryData<string, Action<Guestfs>> JournalsElsewhere => new()
    {
        { "device", handle => handle.Mke2fsJ("ext4", 4096, Device, JournalDevice) },
        { "label", handle => handle.Mke2fsJL("ext4", 4096, Device, "journal") },
        { "UUID", handle => handle.Mke2fsJU("ext4", 4096, Device, Uuid) },
        { "mke2fs", handle => handle.Mke2fs(Device, new() { FsType = "ext4", BlockSize = 4096, JournalDevice = JournalDevice }) },
    };

    [Theory]
    [MemberData(nameof(JournalsElsewhere))]
    public void Journal_lies_on_another_device(string way, Action<Guestfs> make)
    {
        if (way == "label")
            _handle.Mke2journalL(4096, "journal", JournalDevice);
        else
            _handle.Mke2journalU(4096, Uuid, JournalDevice);

        make(_handle);

        Assert.Equal(_handle.VfsUuid(JournalDevice), _handle.Tune2fsL(Device)["Journal UUID"]);
        _handle.Mount(Device, "/");
        _handle.Write("/file", "content"u8.ToArray());
        _handle.UmountAll();
        _handle.Mount(Device, "/");
        Assert.Equal("content", _handle.Cat("/file"));
    }

    [Fact]
    public void Options_of_tune2fs_are_in_the_superblock()
    {
        _handle.Mkfs("ext4", Device);

        _handle.Tune2fs(Device, new()
        {
            MaxMountCount = 12, MountCount = 3, ErrorBehavior = "remount-ro", Group = 5, IntervalBetweenChecks = 86_400, LastMountedDirectory = "/elsewhere",
            ReservedBlocksCount = 100, User = 7, Force = true,
        });

        var superblock = _handle.Tune2fsL(Device);
        Assert.Equal("12", superblock["Maximum mount count"]);
        Assert.Equal("3", superblock["Mount count"]);
        Assert.Equal("Remount read-only", superblock["Errors behavior"]);
        Assert.StartsWith("86400", superblock["Check interval"]);
        Assert.Equal("/elsewhere", superblock["Last mounted on"]);
        Assert.Equal("100", superblock["Reserved block count"]);
        Assert.StartsWith("5 ", superblock["Reserved blocks gid"]);
        Assert.StartsWith("7 ", superblock["Reserved blocks uid"]);
        _handle.Tune2fs(Device, new() { MaxMountCount = -1 });
        Assert.Equal("-1", _handle.Tune2fsL(Device)["Maximum mount count"]);
    }

    [Fact]
    public void File_system_grows_shrinks_and_keeps_its_files()
    {
        const int Block = 4096;
        _handle.Mke2fs(Device, new() { FsType = "ext4", BlockSize = Block, BlocksCount = 8192 });
        _handle.Mount(Device, "/");
        _handle.Write("/file", "content"u8.ToArray());
        _handle.UmountAll();

        _handle.E2fsck(Device, new() { ForceAll = true });
        _handle.Resize2fs(Device);
        Assert.Equal(_handle.BlockdevGetsize64(Device) / Block, Blocks());
        _handle.E2fsck(Device, new() { Correct = true });
        _handle.Resize2fsSize(Device, 64 << 20);
        Assert.Equal((64 << 20) / Block, Blocks());
        _handle.E2fsckF(Device);
        _handle.Resize2fsM(Device);
        Assert.InRange(Blocks(), 1, (64 << 20) / Block - 1);

        _handle.MountRo(Device, "/");
        Assert.Equal("content", _handle.Cat("/file"));

        long Blocks() => long.Parse(_handle.Tune2fsL(Device)["Block count"], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void Immutable_file_cannot_be_written_until_the_attribute_is_cleared()
    {
        _handle.Mkfs("ext4", Device);
        _handle.Mount(Device, "/");
        _handle.Write("/file", "content"u8.ToArray());

        _handle.SetE2attrs("/file", "iA");
        Assert.Equal("Aei", _handle.GetE2attrs("/file"));
        Assert.Equal("EPERM", Assert.Throws<GuestfsException>(() => _handle.Write("/file", "other"u8.ToArray())).ErrnoName);
        _handle.SetE2attrs("/file", "i", new() { Clear = true });
        _handle.Write("/file", "other"u8.ToArray());

        Assert.Equal("Ae", _handle.GetE2attrs("/file"));
        Assert.Equal("other", _handle.Cat("/file"));
    }

    [Fact]
    public void Generation_of_a_file_is_set()
    {
        _handle.Mkfs("ext2", Device);
        _handle.Mount(Device, "/");
        _handle.Touch("/file");

        _handle.SetE2generation("/file", 4_000_000_000);

        Assert.Equal(4_000_000_000, _handle.GetE2generation("/file"));
    }
}
