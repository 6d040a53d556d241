using System.Runtime.Versioning;
using VirtTools.Appliance;
using VirtTools.Posix;

namespace VirtTools.Tests.Appliance;

[SupportedOSPlatform("linux")]
public sealed class CacheFolderTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode ForAll =
        Private | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_new_cache_folder_is_private_and_tagged()
    {
        var cache = CacheFolder.Open(scratch["a/b/virttools"]);

        Assert.Equal(Private, File.GetUnixFileMode(cache.Path));
        Assert.Equal(Private, File.GetUnixFileMode(scratch["a"]));
        Assert.StartsWith("Signature: 8a477f597d28d172789f06886806bc55\n", File.ReadAllText($"{cache.Path}/CACHEDIR.TAG"));
    }

    [Fact]
    public void A_cache_folder_that_others_could_read_is_closed()
    {
        Directory.CreateDirectory(scratch["cache"], Private | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

        CacheFolder.Open(scratch["cache"]);

        Assert.Equal(Private, File.GetUnixFileMode(scratch["cache"]));
    }

    [Fact]
    public void A_cache_folder_that_others_could_write_is_refused()
    {
        Directory.CreateDirectory(scratch["cache"]);
        File.SetUnixFileMode(scratch["cache"], ForAll);

        var error = Assert.Throws<ApplianceException>(() => CacheFolder.Open(scratch["cache"]));

        Assert.Contains("can be written by others", error.Message);
    }

    [Fact]
    public void A_parent_that_others_could_write_is_refused()
    {
        Directory.CreateDirectory(scratch["parent"]);
        File.SetUnixFileMode(scratch["parent"], ForAll);

        var error = Assert.Throws<ApplianceException>(() => CacheFolder.Open(scratch["parent/cache"]));

        Assert.Contains(scratch["parent"], error.Message);
    }

    [Fact]
    public void A_sticky_parent_is_accepted()
    {
        Directory.CreateDirectory(scratch["parent"]);
        File.SetUnixFileMode(scratch["parent"], ForAll | UnixFileMode.StickyBit);

        Assert.Equal(scratch["parent/cache"], CacheFolder.Open(scratch["parent/cache"]).Path);
    }

    [Fact]
    public void A_folder_of_another_user_is_refused()
    {
        var owner = OwnedBySomebody(scratch["cache"]);

        var error = Assert.Throws<ApplianceException>(() => FolderTrust.Check(scratch["cache"], owner + 1));

        Assert.Contains($"uid {owner}", error.Message);
    }

    [Fact]
    public void A_symbolic_link_of_our_own_is_followed()
    {
        Directory.CreateDirectory(scratch["real/cache"]);
        File.CreateSymbolicLink(scratch["link"], "./real/../real");

        Assert.Equal(scratch["real/cache"], FolderTrust.Check(scratch["link/cache"]));
    }

    [Fact]
    public void A_loop_of_symbolic_links_ends_with_ELOOP()
    {
        File.CreateSymbolicLink(scratch["a"], "b");
        File.CreateSymbolicLink(scratch["b"], "a");

        var error = Assert.Throws<PosixException>(() => FolderTrust.Check(scratch["a"]));

        Assert.Equal("ELOOP", error.ErrnoName);
    }

    [Fact]
    public void A_file_in_place_of_the_folder_is_an_error_that_names_the_remedy()
    {
        File.WriteAllText(scratch["cache"], "");

        var error = Assert.Throws<ApplianceException>(() => CacheFolder.Open(scratch["cache"]));

        Assert.Contains("LIBGUESTFS_CACHEDIR", error.Message);
    }

    [Fact]
    public void Users_share_the_cache_and_keep_the_cleaner_out()
    {
        var cache = CacheFolder.Open(scratch["cache"]);

        using var first = cache.LockShared();
        using (cache.LockShared())
        {
            Assert.Null(cache.TryLockExclusive());
        }

        Assert.Null(cache.TryLockExclusive());
        first!.Dispose();
        using var cleaner = cache.TryLockExclusive();
        Assert.NotNull(cleaner);
    }

    [Fact]
    public void Only_one_at_a_time_makes_an_appliance()
    {
        var cache = CacheFolder.Open(scratch["cache"]);

        using var maker = cache.LockForMaking("appliance", LockWait.Refuse);
        using var other = cache.LockForMaking("template", LockWait.Refuse);

        Assert.NotNull(maker);
        Assert.NotNull(other);
        Assert.Null(cache.LockForMaking("appliance", LockWait.Refuse));
    }

    [Fact]
    public void Cleaning_leaves_the_tag_and_the_lock()
    {
        var cache = CacheFolder.Open(scratch["cache"]);
        Directory.CreateDirectory($"{cache.Path}/packages/deep");
        File.WriteAllText($"{cache.Path}/packages/deep/a.deb", "a");
        File.CreateSymbolicLink($"{cache.Path}/built", scratch.Path);

        using (var alone = cache.TryLockExclusive())
        {
            cache.Clean(alone!);
        }

        Assert.Equal(["CACHEDIR.TAG", "lock"], Directory.GetFileSystemEntries(cache.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(Directory.Exists(scratch.Path));
    }

    // Root owns what it makes, and root is always trusted: it gives the folder away.
    private static uint OwnedBySomebody(string folder)
    {
        Directory.CreateDirectory(folder);
        if (UserIdentity.Effective == 0)
        {
            using var handle = Descriptors.Open(folder, OpenFlags.ReadOnly | OpenFlags.Directory);
            Descriptors.ChangeOwner(handle, 12345, 12345);
        }

        // Only the folder itself belongs to somebody: the parents of a test of an ordinary user are that user's.
        return Descriptors.Stat(folder).UserId;
    }
}
