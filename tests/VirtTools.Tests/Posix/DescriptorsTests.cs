using VirtTools.Posix;

namespace VirtTools.Tests.Posix;

public sealed class DescriptorsTests : IDisposable
{
    private readonly string folder = Descriptors.CreateTemporaryDirectory(Path.GetTempPath() + "descriptors-");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_name_that_is_not_utf8_is_opened_as_the_same_bytes()
    {
        var path = folder + "/\uDCFFname";

        Descriptors.Open(path, OpenFlags.Create | OpenFlags.WriteOnly, 0x180).Dispose();

        Assert.Equal(FileKind.Regular, Descriptors.Stat(path).Kind);
        Descriptors.Unlink(path);
        Assert.Null(Descriptors.TryStat(path));
    }

    [Fact]
    public void Descriptors_are_close_on_exec()
    {
        using var file = Descriptors.CreateMemoryFile("test");

        var flags = File.ReadAllText($"/proc/self/fdinfo/{(int)file.DangerousGetHandle()}");

        // Octal; 02000000 is O_CLOEXEC.
        Assert.Matches(@"flags:\s+02\d{6}\b", flags);
    }

    [Fact]
    public void What_is_written_at_an_offset_is_read_back()
    {
        using var file = Descriptors.CreateMemoryFile("test");
        var buffer = new byte[16];

        Descriptors.WriteAt(file, "hello"u8, 10);
        var count = Descriptors.ReadAt(file, buffer, 8);

        Assert.Equal(7, count);
        Assert.Equal("\0\0hello"u8, buffer.AsSpan(0, count));
        Assert.Equal(15, Descriptors.SizeOf(file));
        Assert.Equal(15, Descriptors.Stat(file).Size);
    }

    [Fact]
    public void A_path_that_leaves_its_folder_is_refused_where_beneath_is_asked()
    {
        using var root = Descriptors.Open(folder, OpenFlags.Directory);
        Descriptors.CreateSymbolicLink("/etc", folder + "/out");

        var failure = Assert.Throws<PosixException>(
            () => Descriptors.OpenAt2(root, "out/passwd", OpenFlags.ReadOnly, ResolveFlags.Beneath));

        Assert.Equal("EXDEV", failure.ErrnoName);
    }

    [Fact]
    public void An_exclusive_lock_keeps_others_out_until_it_is_given_back()
    {
        var path = folder + "/lock";
        using var first = Descriptors.Open(path, OpenFlags.Create | OpenFlags.ReadWrite, 0x180);
        using var second = Descriptors.Open(path, OpenFlags.ReadWrite);

        Assert.True(Descriptors.Lock(first, LockKind.Exclusive, LockWait.Refuse));
        Assert.False(Descriptors.Lock(second, LockKind.Shared, LockWait.Refuse));
        Descriptors.Unlock(first);
        Assert.True(Descriptors.Lock(second, LockKind.Shared, LockWait.Refuse));
    }

    [Fact]
    public void A_range_lock_belongs_to_the_open_file()
    {
        var path = folder + "/range";
        using var first = Descriptors.Open(path, OpenFlags.Create | OpenFlags.ReadWrite, 0x180);
        using var second = Descriptors.Open(path, OpenFlags.ReadWrite);

        Assert.True(Descriptors.LockRange(first, LockKind.Exclusive, 100, 1, LockWait.Refuse));

        Assert.False(Descriptors.CanLockRange(second, LockKind.Shared, 100, 1));
        Assert.True(Descriptors.CanLockRange(second, LockKind.Shared, 101, 1));
        Assert.False(Descriptors.LockRange(second, LockKind.Shared, 100, 1, LockWait.Refuse));
    }

    [Fact]
    public void A_descriptor_travels_over_a_socket()
    {
        var (ours, theirs) = Descriptors.CreateSocketPair();
        using var sender = ours;
        using var receiver = theirs;
        using var file = Descriptors.CreateMemoryFile("test");
        Descriptors.WriteAt(file, "content"u8, 0);
        var buffer = new byte[8];

        Descriptors.Send(sender, "x"u8, file);
        var count = Descriptors.Receive(receiver, buffer, out var received);

        Assert.Equal(1, count);
        Assert.NotNull(received);
        Assert.Equal(7, Descriptors.ReadAt(received, buffer, 0));
        received.Dispose();
    }
}
