namespace VirtTools.GuestTests.Actions;

/// <summary>NTFS: its size, and copies of it.</summary>
[Collection(ActionsGuest.Collection)]
public sealed class NtfsTests : IDisposable
{
    private const string Device = "/dev/sdb";
    private const string Target = "/dev/sdc";
    private const long SmallerSize = 100_000_000;

    private readonly ActionsGuest _guest;
    private readonly Guestfs _handle;

    public NtfsTests(ActionsGuest guest)
    {
        _guest = guest;
        _handle = guest.Cleared();
        _handle.Mkfs("ntfs", Device, new() { Label = "windows" });
        _handle.Mount(Device, "/");
        _handle.Write("/file", "content"u8.ToArray());
        _handle.UmountAll();
    }

    public void Dispose() => File.Delete(_guest.HostFile("ntfs.clone"));

    [Fact]
    public void Smaller_file_system_keeps_its_files()
    {
        _handle.Ntfsresize(Device, new() { Size = SmallerSize });

        Assert.InRange(SizeOfMounted(Device), 1, SmallerSize);
        Assert.Equal("content", _handle.Cat("/file"));
    }

    [Fact]
    public void File_system_grows_to_the_size_of_its_device()
    {
        _handle.NtfsresizeSize(Device, SmallerSize);

        _handle.Ntfsresize(Device, new() { Force = true });

        Assert.InRange(SizeOfMounted(Device), SmallerSize + 1, _handle.BlockdevGetsize64(Device));
        Assert.Equal("content", _handle.Cat("/file"));
    }

    [Fact]
    public void Failure_of_ntfsresize_says_why()
    {
        var failure = Assert.Throws<GuestfsException>(() => _handle.Ntfsresize(Device, new() { Size = 1L << 40 }));

        Assert.Contains("device", failure.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("size", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Clone_restored_on_another_device_holds_the_files()
    {
        var clone = _guest.HostFile("ntfs.clone");

        _handle.NtfscloneOut(Device, clone);
        _handle.NtfscloneIn(clone, Target);

        Assert.InRange(new FileInfo(clone).Length, 1, _handle.BlockdevGetsize64(Device) / 2);
        Assert.Equal(("ntfs", "windows"), (_handle.VfsType(Target), _handle.VfsLabel(Target)));
        Assert.Equal(0, _handle.Ntfs3gProbe(true, Target));
        _handle.Mount(Target, "/");
        Assert.Equal("content", _handle.Cat("/file"));
    }

    [Fact]
    public void Ntfsfix_leaves_a_mountable_file_system()
    {
        _handle.Ntfsfix(Device, new() { ClearBadSectors = true });

        _handle.Mount(Device, "/");
        Assert.Equal("content", _handle.Cat("/file"));
    }

    private long SizeOfMounted(string device)
    {
        _handle.Mount(device, "/");
        var status = _handle.Statvfs("/");
        return status.Blocks * status.Frsize;
    }
}
