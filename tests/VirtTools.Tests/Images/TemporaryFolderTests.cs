using VirtTools.Images;
using VirtTools.Posix;

namespace VirtTools.Tests.Images;

public sealed class TemporaryFolderTests : IDisposable
{
    private readonly ImageFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(null, null, "/tmp", "the default")]
    [InlineData(null, "", "/tmp", "the default")]
    [InlineData(null, "/b", "/b", "TMPDIR")]
    [InlineData("", "/b", "/b", "TMPDIR")]
    [InlineData("/a", "/b", "/a", "LIBGUESTFS_TMPDIR")]
    [InlineData("/a", null, "/a", "LIBGUESTFS_TMPDIR")]
    public void Folder_is_chosen_by_the_environment(string? own, string? common, string path, string origin)
    {
        var chosen = TemporaryFolder.Choose(name => name switch { "LIBGUESTFS_TMPDIR" => own, "TMPDIR" => common, _ => null });

        Assert.Equal(new(path, origin), chosen);
    }

    [Fact]
    public void Path_of_200_characters_with_odd_bytes_works()
    {
        var path = folder.Root + "/" + new string('x', 198 - folder.Root.Length) + "\uDCFF";
        Descriptors.CreateDirectory(path, 0x1C0);

        using var file = new TemporaryFolder(path, "TMPDIR").CreateUnnamedFile();

        Assert.Equal(200, ByteString.GetByteCount(path));
        Descriptors.WriteAt(file, "x"u8, 0);
        Descriptors.RemoveDirectory(path);
    }

    [Fact]
    public void File_is_readable_by_its_owner_only_and_has_no_name()
    {
        using var file = new TemporaryFolder(folder.Root, "TMPDIR").CreateUnnamedFile();

        Assert.Equal(0x180u, Descriptors.Stat(file).Permissions);
        Assert.Equal(0u, Descriptors.Stat(file).LinkCount);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }

    [Theory]
    [InlineData("nope", "ENOENT", "does not exist")]
    [InlineData("file", "ENOTDIR", "does not exist")]
    public void Folder_that_is_none_is_a_sentence(string name, string errno, string why)
    {
        folder.Raw("file", 0);

        var refusal = Assert.Throws<ImageException>(() => new TemporaryFolder(folder[name], "TMPDIR").CreateUnnamedFile());

        Assert.Equal(errno, refusal.ErrnoName);
        Assert.Equal($"{folder[name]}: the temporary folder (from TMPDIR) {why}; set TMPDIR to another folder", refusal.Message);
    }

    [Fact]
    public void Folder_of_another_user_is_a_sentence()
    {
        folder.Run("chmod", "555", ".");
        using var user = FileSystemUser.Unprivileged();

        var refusal = Assert.Throws<ImageException>(() => new TemporaryFolder(folder.Root, "TMPDIR").CreateUnnamedFile());

        Assert.Equal("EACCES", refusal.ErrnoName);
        Assert.Contains("cannot be written by this user", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_system_without_unnamed_files_gets_one_that_loses_its_name_at_once()
    {
        using var file = new TemporaryFolder(folder.Root, "TMPDIR").CreateAndUnlink();

        Descriptors.WriteAt(file, "x"u8, 0);
        Assert.Equal(0u, Descriptors.Stat(file).LinkCount);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }
}
